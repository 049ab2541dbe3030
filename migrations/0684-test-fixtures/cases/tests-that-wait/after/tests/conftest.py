"""What tests share."""
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI


@pytest.fixture
def rows():
    return []


@pytest.fixture
def app() -> FastAPI:
    """The application, imported only where a test asks for it."""
    from main import app

    return app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, which is started and stopped around the test."""
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client
