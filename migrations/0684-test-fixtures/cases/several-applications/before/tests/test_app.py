import main
from fastapi.testclient import TestClient


def test_docs():
    assert TestClient(main.app)
