import redis.asyncio
from sqlalchemy.ext.asyncio import create_async_engine

URL = "postgresql+asyncpg://localhost/shop"


def engine():
    return create_async_engine(URL)


def cache():
    return redis.asyncio.from_url("redis://localhost")
