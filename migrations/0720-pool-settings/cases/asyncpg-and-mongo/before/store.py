"""Pools of asyncpg and MongoDB."""

import os

import asyncpg
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

HOST = os.getenv("HOST", "db")

mongo = AsyncIOMotorClient(f"mongodb://{HOST}:27017")
sized = MongoClient("mongodb://db/?maxPoolSize=7")
told = MongoClient(os.environ["MONGO_URL"])
local = MongoClient()


async def connect(dsn):
    await asyncpg.create_pool(dsn, max_size=20)
    return await asyncpg.create_pool()
