from unittest.mock import AsyncMock, MagicMock, patch

import httpx
import pytest
from fastapi.testclient import TestClient

import parcel_tracking_service.carriers.swift
from parcel_tracking_service import Parcel, ParcelStatus, Tracker
from parcel_tracking_service.carriers import CarrierError, by_name
from parcel_tracking_service.main import app, describe

client = TestClient(app, raise_server_exceptions=False)
PIGEON = {"number": "P-1", "carrier": "pigeon"}


def test_health_counts_polls():
    before = client.get("/health").json()["polls"]
    client.post("/poll/pigeon")
    assert client.get("/health").json()["polls"] == before + 1


def test_announce_twice_is_a_conflict():
    assert client.post("/api/parcels", json=PIGEON).status_code == 201
    assert client.post("/api/parcels", json=PIGEON).status_code == 409


def test_unknown_number_is_answered_by_the_handler():
    response = client.get("/api/parcels/none")
    assert response.status_code == 404
    assert response.json() == {"detail": "unknown: 'none'"}


def test_pigeon_delivers():
    client.post("/api/parcels", json=PIGEON)
    assert client.post("/poll/pigeon").json() == {"changed": ["P-1"]}
    assert client.get("/api/parcels/P-1").json()["status"] == "delivered"
    assert client.get("/api/parcels/P-1/line").json() == {"line": "P-1: loft"}


def test_lost_after_three_misses():
    client.post("/api/parcels", json={"number": "P-10", "carrier": "pigeon"})
    for _ in range(3):
        client.post("/poll/pigeon")
    assert client.get("/lost").json() == ["P-10"]


def test_no_such_carrier():
    assert client.post("/poll/owl").status_code == 404


def test_store_is_looked_up_in_main():
    store = MagicMock()
    store.all.return_value = [Parcel(number="Z", carrier="x", status=ParcelStatus.LOST)]
    with patch("parcel_tracking_service.main.get_store", return_value=store):
        assert client.get("/lost").json() == ["Z"]


def test_tracker_is_looked_up_in_main():
    with patch("parcel_tracking_service.main.Tracker") as tracker:
        tracker.return_value.poll = AsyncMock(return_value=[Parcel(number="Y", carrier="x")])
        assert client.post("/poll/pigeon").json() == {"changed": ["Y"]}


@pytest.mark.asyncio
async def test_swift_asks_over_http():
    answer = MagicMock()
    answer.json.return_value = {"scans": [{"place": "depot", "at": "2024-05-01T10:00:00"}]}
    session = AsyncMock()
    session.__aenter__.return_value.get.return_value = answer
    with patch("parcel_tracking_service.carriers.swift.httpx.AsyncClient", return_value=session):
        news = await by_name("swift").news("S-1")
    assert [event.place for event in news] == ["depot"]


@pytest.mark.asyncio
async def test_swift_failure_is_a_carrier_error():
    with patch.object(parcel_tracking_service.carriers.swift.httpx, "AsyncClient", side_effect=httpx.ConnectError("down")):
        with pytest.raises(CarrierError):
            await by_name("swift").news("S-1")


@pytest.mark.asyncio
@patch("parcel_tracking_service.carriers.swift.SwiftCarrier.news", new_callable=AsyncMock)
async def test_tracker_moves_parcels(news, clean_store):
    clean_store.put(Parcel(number="S-2", carrier="swift"))
    news.side_effect = CarrierError("down")
    assert await Tracker(clean_store, give_up_after=5).poll(by_name("swift")) == []
    assert clean_store.get("S-2").misses == 1


def test_forward_reference_is_resolved():
    child = Parcel(number="c", carrier="x", parent={"number": "p", "carrier": "x"})
    assert child.parent.number == "p"
    assert describe(child) == "c: announced"


def test_package_can_be_run():
    import importlib
    import runpy

    with patch("uvicorn.run") as run:
        runpy.run_module("parcel_tracking_service", run_name="__main__")
    module, _, name = run.call_args.args[0].partition(":")
    assert getattr(importlib.import_module(module), name) is app
    assert run.call_args.kwargs["port"] == 8103


def test_forgotten_store_is_made_anew(clean_store):
    from parcel_tracking_service import storage

    assert storage.get_store() is clean_store
    storage.forget_store()
    assert storage.get_store() is not clean_store
