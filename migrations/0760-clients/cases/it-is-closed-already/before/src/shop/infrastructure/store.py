"""Documents."""

from motor.motor_asyncio import AsyncIOMotorClient

__all__ = ["mongo"]

mongo = AsyncIOMotorClient("mongodb://db", maxPoolSize=10)
