from fastapi.testclient import TestClient

from main import app


def test_unknown_path() -> None:
    assert TestClient(app).get("/x").status_code == 404
