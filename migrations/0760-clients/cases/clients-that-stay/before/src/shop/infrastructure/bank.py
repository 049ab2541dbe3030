"""The bank."""

import httpx


class Bank:
    def __init__(self) -> None:
        self._client = httpx.Client()

    def ask(self) -> int:
        return self._client.get("http://bank").status_code
