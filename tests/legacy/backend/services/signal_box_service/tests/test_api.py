import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def client():
    from main import app

    return TestClient(app)


def test_signals(client):
    assert len(client.get("/signals").json()) == 3


def test_set_signal(client):
    assert client.put("/signals/A", json={"aspect": "clear"}).status_code == 200
