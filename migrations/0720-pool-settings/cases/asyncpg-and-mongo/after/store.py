"""Pools of asyncpg and MongoDB."""

import os

import asyncpg
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

HOST = os.getenv("HOST", "db")

mongo = AsyncIOMotorClient(f"mongodb://{HOST}:27017", maxPoolSize=100, minPoolSize=0)
sized = MongoClient("mongodb://db/?maxPoolSize=7")
told = MongoClient(os.environ["MONGO_URL"])
local = MongoClient(maxPoolSize=100, minPoolSize=0)


async def connect(dsn):
    await asyncpg.create_pool(
        dsn,
        max_size=20,
        min_size=10,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
    )
    return await asyncpg.create_pool(
        min_size=10,
        max_size=10,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
    )
