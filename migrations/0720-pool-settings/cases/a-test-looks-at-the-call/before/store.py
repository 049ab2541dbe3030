"""A pool whose arguments a test compares."""

import asyncpg


async def connect():
    return await asyncpg.create_pool("postgresql://db/shop")
