import pytest
from fastapi.testclient import TestClient


@pytest.fixture(name="client")
def make_client():
    import main

    yield TestClient(main.app)


@pytest.fixture
def own_store(tmp_path, monkeypatch):
    path = tmp_path / "trails.json"
    path.write_text('[{"name": "short", "km": 1, "difficulty": "easy", "steps": ["Ferry"]}]')
    from guide.trails import store

    monkeypatch.setattr(store, "_store", store.TrailStore(path))
