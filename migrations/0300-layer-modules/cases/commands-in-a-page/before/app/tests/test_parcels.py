from fastapi.testclient import TestClient

from app.main import app


def test_parcels():
    assert TestClient(app).get("/parcels").json() == []
