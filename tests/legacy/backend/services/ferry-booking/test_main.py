import ast
import importlib
import os
from pathlib import Path
from unittest import mock

import pytest
from fastapi.testclient import TestClient

import main
import store

client = TestClient(main.app)


@pytest.fixture(autouse=True)
def _reset():
    client.post("/ops/reset")


def test_index_is_rendered_from_the_template_folder():
    body = client.get("/").text
    assert "<li>north</li>" in body and "<title>Ferries</title>" in body


def test_header_is_stamped(monkeypatch):
    assert client.get("/health").headers["X-Ferry"] == "Mallard"
    monkeypatch.setenv("FERRY_NAME", "Teal")
    assert client.get("/health").headers["X-Ferry"] == "Teal"


def test_health_twice():
    assert client.get("/health").json() == {"status": "healthy", "lines": 2}
    assert client.get("/ops/health").json() == {"status": "healthy"}


def test_price_from_lib():
    assert client.get("/price/north/2").json()["total"] == 80
    assert client.get("/price/south/10").json()["total"] == 225


def test_price_table_can_be_changed():
    with mock.patch.dict("main.prices.TABLE", {"north": 1}):
        assert client.get("/price/north/2").json()["total"] == 2


def test_terms_are_found_beside_the_code():
    assert client.get("/terms").json()["terms"].startswith("Dogs")


def test_terms_are_found_from_another_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert client.get("/terms").status_code == 200


def test_source_parses():
    for name in ["main.py", "store.py", "routers/bookings.py", os.path.join("lib", "prices.py")]:
        ast.parse(Path(name).read_text())


def test_reload_keeps_the_routes():
    before = [route.path for route in main.app.routes]
    again = importlib.reload(main)
    assert [route.path for route in again.app.routes] == before


def test_seed_script_lies_in_bin():
    assert "store.seats.take" in (Path(__file__).parent / "bin" / "seed.py").read_text()
    assert store.seats.free("n1") == 12
