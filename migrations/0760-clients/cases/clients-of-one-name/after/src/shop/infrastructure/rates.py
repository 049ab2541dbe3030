"""One of two."""

from functools import cache

import httpx


@cache
def get_rates_client() -> httpx.AsyncClient:
    """Return the client, made when it is first asked for."""
    return httpx.AsyncClient(base_url="http://rates")


async def close_rates_client() -> None:
    """Close the client, if it was ever made."""
    if get_rates_client.cache_info().currsize:
        await get_rates_client().aclose()
        get_rates_client.cache_clear()
