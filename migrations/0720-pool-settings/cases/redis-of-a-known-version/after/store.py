"""Clients and pools of redis."""

import redis
import redis.asyncio as aioredis

client = redis.Redis(host="cache", decode_responses=True, max_connections=2**31)
waiting = redis.BlockingConnectionPool(max_connections=9, timeout=20)
shared = redis.Redis(connection_pool=waiting)


async def connect(url):
    return await aioredis.from_url(url, max_connections=2**31)
