import importlib
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[2]))

from allotment_service.main import app, waiting
from allotment_service.plots import ledger

client = TestClient(app)


@pytest.fixture(autouse=True)
def refill():
    ledger.fill()
    waiting._queue.clear()


def test_first_fitting_plot():
    assert client.post("/applications", json={"name": "Vole", "size": 100}).json() == {"plot": 2}
    assert [p["number"] for p in client.get("/plots", params={"free": True}).json()] == [1, 3]


def test_waiting_list_is_served():
    for name in ("a", "b", "c"):
        client.post("/applications", json={"name": name, "size": 1})
    assert client.post("/applications", json={"name": "d"}).json() == {"plot": None, "position": 1}
    assert client.delete("/plots/1").json() == {"tenant": None}
    assert client.delete("/plots/2").json() == {"tenant": "d"}
    assert client.delete("/plots/9").status_code == 404


def test_health_and_config():
    assert client.get("/health").json()["plots"] == 3
    assert client.get("/config").json() == {"association": "Sunny Side", "max_size": 300, "package": "plots"}


def test_mailer_cannot_be_imported():
    with pytest.raises(ImportError):
        importlib.import_module("allotment_service.mailer")


def test_waiting_list_is_looked_up_in_main(monkeypatch):
    class Full:
        def add(self, application):
            return 99

    monkeypatch.setattr("allotment_service.main.waiting", Full())
    assert client.post("/applications", json={"name": "x", "size": 999}).json()["position"] == 99
