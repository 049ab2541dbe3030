import httpx
import pytest
import pytest_asyncio

import main


@pytest_asyncio.fixture
async def asked():
    transport = httpx.ASGITransport(app=main.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as asked:
        yield asked


@pytest.mark.asyncio
async def test_docs(asked):
    assert (await asked.get("/docs")).status_code == 200
