"""The placeholder has tests too, because the generator wrote them."""

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def client():
    from main import app

    return TestClient(app)


def test_health(client):
    assert client.get("/health").json()["message"].startswith("Weather Station")


def test_observe(client):
    assert client.post("/observe", json={"station": "hill", "value": 3}).json() == {"status": "accepted", "station": "hill"}
    assert client.post("/observe", json={"station": "hill", "value": -300}).status_code == 400


def test_the_two_apps_are_different():
    import api
    import main

    assert api.app is not main.app
    assert "/observe" not in api.app.openapi()["paths"]
