"""Beside the code that it tests. Run pytest in the folder of the service."""
import sys
from pathlib import Path
from unittest.mock import patch

from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import main
import store

client = TestClient(main.app)


def setup_function():
    store.seats.reset()
    store.bookings.reset()


def test_book_and_cancel():
    number = client.post("/bookings/", json={"sailing": "n1", "name": "Otter", "persons": 4}).json()["number"]
    assert client.get(f"/bookings/{number}").json()["name"] == "Otter"
    assert client.get("/sailings/north").json()[0]["free"] == 8
    assert client.delete(f"/bookings/{number}").json() == {"cancelled": True}
    assert store.seats.free("n1") == 12


def test_cancel_unknown_is_swallowed():
    assert client.delete("/bookings/1").json() == {"cancelled": False}


def test_full():
    assert client.post("/bookings/", json={"sailing": "n1", "name": "Otter", "persons": 13}).status_code == 409


def test_seats_are_looked_up_in_sailings():
    with patch("routers.sailings.seats") as seats:
        seats.free.return_value = 99
        assert client.get("/sailings/south").json() == [{"id": "s1", "leaves": "09:00", "free": 99}]


def test_unknown_line():
    assert client.get("/sailings/west").status_code == 404
