import asyncio
import sys
from unittest.mock import AsyncMock, MagicMock, patch

import app as app_module
import stores
from config import Settings, get_settings

HAT = {"what": "straw hat", "place": "pier", "words": ["Straw"]}


def test_health_names_the_store(client):
    assert client.get("/health").json() == {"status": "healthy", "store": "MemoryStore"}


def test_items(client):
    assert client.post("/items", json=HAT).json() == {**HAT, "words": ["straw"], "number": 1, "since": None}
    assert len(client.get("/items").json()) == 1


def test_label_is_imported_late(client):
    client.post("/items", json=HAT)
    sys.modules.pop("labels", None)
    assert client.get("/items/1/label").json() == {"label": "#1 straw hat\n(pier)"}
    assert "labels" in sys.modules
    assert client.get("/items/2/label").status_code == 404


def test_label_function_is_patched_at_home(client):
    client.post("/items", json=HAT)
    with patch("labels.make_label", return_value="L"):
        assert client.get("/items/1/label").json() == {"label": "L"}


def test_photo_limit(client):
    small = client.post("/items/1/photo", files={"picture": ("a.png", b"x" * 10)}, data={"by": "Jay"})
    assert small.json() == {"number": 1, "bytes": 10, "by": "Jay"}
    assert client.post("/items/1/photo", files={"picture": ("a.png", b"x" * 2000)}).status_code == 413


def test_dependency_is_overridden_by_its_function(client):
    client.app.dependency_overrides[app_module.get_photo_limit] = lambda: 5
    assert client.post("/items/1/photo", files={"picture": ("a.png", b"x" * 10)}).status_code == 413


def test_match_limit_from_settings(client):
    for _ in range(5):
        client.post("/items", json=HAT)
    assert len(client.get("/match", params={"words": "hat"}).json()) == 3
    client.app.dependency_overrides[get_settings] = lambda: Settings(matches=1)
    assert len(client.get("/match", params={"words": "hat"}).json()) == 1


def test_matches_are_looked_up_in_app(client, monkeypatch):
    monkeypatch.setattr("app.best_matches", lambda *args, **kwargs: [])
    client.post("/items", json=HAT)
    assert client.get("/match", params={"words": "hat"}).json() == []
    assert client.get("/version").json() == {"scorer": 2}


def test_metrics_are_counted(client):
    client.post("/items", json={**HAT, "place": "metrics-pier"})
    assert 'lost_items_total{place="metrics-pier"} 1.0' in client.get("/metrics").text


def test_redis_store_is_chosen():
    fake = MagicMock()
    with patch("stores.RedisStore", fake):
        chosen = asyncio.run(stores.make_store(Settings(redis_url="redis://nowhere")))
    assert chosen is fake.return_value


def test_postgres_store_is_chosen():
    pool = AsyncMock()
    with patch("stores.HAVE_POSTGRES", True), patch("stores.asyncpg", MagicMock(create_pool=AsyncMock(return_value=pool))):
        chosen = asyncio.run(stores.make_store(Settings(postgres_dsn="postgresql://nowhere")))
    assert type(chosen).__name__ == "PostgresStore" and chosen.pool is pool


def test_make_store_is_looked_up_in_app():
    store = AsyncMock()
    with patch("app.make_store", AsyncMock(return_value=store)):
        from fastapi.testclient import TestClient

        with TestClient(app_module.create_app()):
            pass
    store.close.assert_awaited_once()


def test_postgres_store_speaks_sql():
    from schema import ItemIn
    from stores.postgres_store import PostgresStore

    pool = AsyncMock()
    pool.fetchrow.return_value = {"number": 3, "what": "key"}
    pool.fetch.return_value = []
    store = PostgresStore(pool)
    assert asyncio.run(store.save(ItemIn(what="key"))).number == 3
    assert asyncio.run(store.get(3)).what == "key"
    assert asyncio.run(store.all()) == []
    asyncio.run(store.close())
    pool.close.assert_awaited_once()
