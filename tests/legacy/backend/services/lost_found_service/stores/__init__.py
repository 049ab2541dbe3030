"""Stores: memory always, redis and postgres when their drivers are there."""
from stores.memory import MemoryStore

try:
    from stores.redis_store import RedisStore
except ImportError:
    RedisStore = None

try:
    import asyncpg
    HAVE_POSTGRES = True
except ImportError:
    asyncpg = None
    HAVE_POSTGRES = False


async def make_store(settings):
    if settings.postgres_dsn and HAVE_POSTGRES:
        from stores.postgres_store import PostgresStore

        return PostgresStore(await asyncpg.create_pool(settings.postgres_dsn))
    if settings.redis_url and RedisStore is not None:
        return RedisStore(settings.redis_url)
    return MemoryStore()
