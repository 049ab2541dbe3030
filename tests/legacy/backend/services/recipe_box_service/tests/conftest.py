import pytest_asyncio
from httpx import AsyncClient

from app import db
from app.main import app as application


@pytest_asyncio.fixture
async def client():
    await db.create_tables()
    async with AsyncClient(app=application, base_url="http://recipes") as ac:
        yield ac
    await db.drop_tables()


@pytest_asyncio.fixture
async def session():
    await db.create_tables()
    async with db.SessionLocal() as one:
        yield one
    await db.drop_tables()
