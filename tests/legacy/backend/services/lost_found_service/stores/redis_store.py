import redis.asyncio as redis

from schema import FoundItem


class RedisStore:
    def __init__(self, url):
        self.redis = redis.from_url(url)

    async def save(self, item):
        number = await self.redis.incr("items")
        found = FoundItem(number=number, **item.model_dump())
        await self.redis.set(f"item:{number}", found.model_dump_json())
        return found

    async def get(self, number):
        text = await self.redis.get(f"item:{number}")
        return FoundItem.model_validate_json(text) if text else None

    async def all(self):
        return [await self.get(int(key.split(b":")[1])) async for key in self.redis.scan_iter("item:*")]

    async def close(self):
        await self.redis.aclose()
