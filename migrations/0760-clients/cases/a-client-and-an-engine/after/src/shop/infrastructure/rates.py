"""Rates of exchange."""

from functools import cache

import httpx

TIMEOUT = 10


# One pool of connections for everybody.
@cache
def get_client() -> httpx.AsyncClient:
    """Return the client, made when it is first asked for."""
    return httpx.AsyncClient(
        base_url="http://rates",
        timeout=TIMEOUT,
    )  # kept open


async def close_client() -> None:
    """Close the client, if it was ever made."""
    if get_client.cache_info().currsize:
        await get_client().aclose()
        get_client.cache_clear()


async def rate(code: str) -> float:
    answer = await get_client().get(f"/{code}")
    return float(answer.json()["rate"])
