"""The bank."""

import httpx


class Bank:
    def __init__(self) -> None:
        self._client = httpx.AsyncClient()

    async def ask(self) -> int:
        return (await self._client.get("http://bank")).status_code

    async def aclose(self) -> None:
        await self._client.aclose()


bank = Bank()
