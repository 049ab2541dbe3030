import httpx
import pytest
from httpx import ASGITransport, AsyncClient

from main import app


@pytest.fixture
async def client():
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        yield client


async def test_alone():
    async with AsyncClient(transport=ASGITransport(app=app)) as client:
        await client.get("/")


async def test_on_lines():
    async with AsyncClient(
        transport=ASGITransport(app=app),  # ours
        base_url="http://test",
        timeout=5,
    ) as client:
        await client.get("/")


async def test_last():
    async with httpx.AsyncClient(base_url="http://test", transport=ASGITransport(app=app)) as client:
        await client.get("/")


async def test_in_the_middle():
    client = httpx.AsyncClient(base_url="http://test", transport=ASGITransport(app=app), timeout=5)
    await client.aclose()
