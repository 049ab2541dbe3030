from fastapi.testclient import TestClient
from shop.main import app


def test_docs():
    assert TestClient(app).get("/docs").status_code == 200
