"""Documents."""

from functools import cache

from motor.motor_asyncio import AsyncIOMotorClient

__all__ = ["get_mongo"]


@cache
def get_mongo() -> AsyncIOMotorClient:
    """Return the mongo, made when it is first asked for."""
    return AsyncIOMotorClient("mongodb://db", maxPoolSize=10)
