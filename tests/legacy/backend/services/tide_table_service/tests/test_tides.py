import os
import sys
from datetime import datetime
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, os.getcwd())
import main
import tides.constants
from main import *
from tides.harmonics import Slack

NOON = datetime(2024, 6, 1, 12)


@pytest.fixture
def client():
	with TestClient(app) as running:
		yield running


def test_names_survive_the_encoding(client):
	assert client.get("/harbours").json() == ["Skagvær", "Südhafen", "Île Noire"]
	assert client.get("/health").json()["harbours"] == 3


def test_height(client):
	answer = client.get("/tide/Südhafen", params={"at": NOON.isoformat()}).json()
	assert answer["unit"] == "m"
	assert 0.5 <= answer["height"] <= 3.5
	assert answer["height"] == height_at("Südhafen", NOON)


def test_unknown_harbour(client):
	assert client.get("/tide/Nirgends", params={"at": NOON.isoformat()}).json()["detail"] == "kein Hafen: Nirgends"


def test_star_import_brings_what_main_has():
	assert tides.export is exporter
	assert HARBOURS is tides.constants.HARBOURS
	assert "SECRET_DATUM" not in globals()


@pytest.mark.parametrize("harbour, size", [("Skagvær", "schwächlich"), ("Südhafen", "mäßig"), ("Île Noire", "groß")])
def test_classes(client, harbour, size):
	assert client.get(f"/extremes/{harbour}").json()["class"] == size


def test_formats(client):
	with patch("main.height_at", return_value=1.25):
		query = {"start": NOON.isoformat(), "hours": 1}
		assert client.get("/table/Südhafen", params=query).json() == [{"at": "2024-06-01T12:00:00", "height": 1.25}]
		assert client.get("/table/Südhafen", params={**query, "format": "csv"}).json() == "time,height in m\n12:00,1.25"
		text = client.get("/table/Südhafen", params={**query, "format": "text"}).json()
		assert text == ["Südhafen    2024-06-01T12:00  1.25"]
		assert client.get("/table/Südhafen", params={**query, "format": "xml"}).json()["known"] == ["csv", "json", "text"]


def test_parse_is_the_other_way_round(client):
	assert client.post("/parse", params={"line": "Skagvær     2024-06-01T12:00  1.25"}).json() == {
		"harbour": "Skagvær", "at": "2024-06-01T12:00:00", "height": 1.25,
	}


def test_phase_is_looked_up_in_harmonics():
	with patch("tides.harmonics._phase", return_value=0.0):
		assert height_at("Île Noire", NOON) == 5.5


def test_slack():
	assert 19 in Slack(0) and 21 not in Slack(0)


def test_dump(tmp_path):
	exporter.dump(tmp_path / "t.json", "Skagvær", [(NOON, 1)])
	assert (tmp_path / "t.json").read_text() == '[{"at": "2024-06-01T12:00:00", "height": 1}]'
