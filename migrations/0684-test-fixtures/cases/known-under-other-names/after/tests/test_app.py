from fastapi.testclient import TestClient

import main


def test_docs(rows):
    assert TestClient(main.app)
