from fastapi.testclient import TestClient

from shop.main import app


def test_parcels():
    assert TestClient(app).get("/parcels").json() == []
