from fastapi.testclient import TestClient


def test_docs(app):
    assert TestClient(app)


def test_client(client):
    assert client
