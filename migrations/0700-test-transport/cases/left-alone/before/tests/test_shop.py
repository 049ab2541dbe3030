from httpx import AsyncClient

import clients
from main import app


async def test_given():
    async with AsyncClient(app=app, transport=clients.replay) as client:
        await client.get("/")


async def test_remote():
    async with AsyncClient(base_url="http://test") as client:
        await client.get("/")


async def test_own():
    async with clients.AsyncClient(app=app) as client:
        await client.get("/")
