from fastapi.testclient import TestClient

import main


def test_docs():
    assert TestClient(main.app)
