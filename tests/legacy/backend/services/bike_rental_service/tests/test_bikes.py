import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from datetime import datetime
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

import main
import shared.clock
from docks import registry
from shared.money import Money

client = TestClient(main.app)


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    registry.load()
    main.rentals.clear()
    monkeypatch.setattr("reports.REPORT_DIR", str(tmp_path))
    yield


def rent(bike="b1", dock="market"):
    return client.post(f"/rentals/{bike}", params={"dock": dock})


def test_the_two_health_checks_agree():
    assert client.get("/health").json() == client.get("/api/health").json() == {"status": "ok", "docks": ["market", "station"]}


def test_rent_and_pay():
    with patch("backend.services.tariff_service.rates.rush_factor", return_value=1.0):
        number = rent("c1").json()["data"]["id"]
        answer = client.delete(f"/rentals/{number}", params={"dock": "market", "minutes": 10}).json()
    assert answer["data"] == {"price": "3.20 CRO"}


def test_bike_is_not_there():
    assert rent("b9").status_code == 409
    assert rent("b9").json()["detail"]["success"] is False


def test_full_dock_is_answered_with_200():
    number = rent().json()["data"]["id"]
    answer = client.delete(f"/rentals/{number}", params={"dock": "station", "minutes": 1})
    assert answer.status_code == 200
    assert answer.json()["error"] == {"message": "station is full", "code": 409}


def test_price_is_looked_up_in_main():
    number = rent().json()["data"]["id"]
    with patch("main.price_for", return_value=Money(5)) as price:
        client.delete(f"/rentals/{number}", params={"dock": "market", "minutes": 9})
    price.assert_called_once_with("bike", 9.0)


def test_report_is_written(tmp_path):
    with patch("reports.now", return_value=datetime(2024, 2, 29)):
        assert client.get("/report").json() == {"day": "2024-02-29", "rentals": 0, "cents": 0}
    assert (tmp_path / "last.json").exists()


def test_clock_is_the_shared_one():
    shared.clock.freeze(datetime(2030, 1, 1))
    try:
        assert client.get("/report").json()["day"] == "2030-01-01"
    finally:
        shared.clock.thaw()


def test_registry_is_one_object():
    with patch.object(main.dock_registry, "CAPACITY", 1), pytest.raises(registry.DockFull):
        registry.put("station", "b9")


def test_stats():
    rent()
    assert client.get("/stats").json() == {"book": "RentalBook", "open": 1}


def test_report_without_its_folder_is_swallowed(monkeypatch):
    monkeypatch.setattr("reports.REPORT_DIR", "/nowhere/at/all")
    assert client.get("/report").status_code == 200


def test_docks_are_loaded_when_they_are_asked_for():
    registry._docks.clear()
    assert registry.names() == ["market", "station"]


def test_bikes_go_to_the_workshop(monkeypatch):
    monkeypatch.setattr(main.maintenance, "EVERY", 2)
    monkeypatch.setattr("maintenance._workshop", {})
    for _ in range(2):
        number = rent().json()["data"]["id"]
        client.delete(f"/rentals/{number}", params={"dock": "market", "minutes": 1})
    assert client.get("/maintenance").json() == {"success": True, "data": ["b1"], "meta": {"every": 2}}
    shared.clock.freeze(datetime(2030, 1, 1))
    try:
        assert client.put("/maintenance/b1").json()["data"] == {"bike": "b1", "since": "2030-01-01T00:00:00"}
    finally:
        shared.clock.thaw()
    assert client.get("/maintenance").json()["data"] == []
