"""The bank."""

from functools import cache

import httpx


class Bank:
    def __init__(self) -> None:
        self._client = httpx.AsyncClient()

    async def ask(self) -> int:
        return (await self._client.get("http://bank")).status_code

    async def aclose(self) -> None:
        await self._client.aclose()


@cache
def get_bank() -> Bank:
    """Return the bank, made when it is first asked for."""
    return Bank()


async def close_bank() -> None:
    """Close the bank, if it was ever made."""
    if get_bank.cache_info().currsize:
        await get_bank().aclose()
        get_bank.cache_clear()
