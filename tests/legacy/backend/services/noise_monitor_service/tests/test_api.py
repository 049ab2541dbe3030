import pytest
from fastapi.testclient import TestClient

from main import app, samples


@pytest.fixture
def client():
    samples.clear()
    return TestClient(app)


def test_sample(client):
    assert client.post("/samples", json={"street": "elm", "decibel": 90}).json() == {"level": "alarm"}
