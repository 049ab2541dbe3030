"""One of two."""

from functools import cache

import httpx


@cache
def get_stock_client() -> httpx.AsyncClient:
    """Return the client, made when it is first asked for."""
    return httpx.AsyncClient(base_url="http://stock")


async def close_stock_client() -> None:
    """Close the client, if it was ever made."""
    if get_stock_client.cache_info().currsize:
        await get_stock_client().aclose()
        get_stock_client.cache_clear()
