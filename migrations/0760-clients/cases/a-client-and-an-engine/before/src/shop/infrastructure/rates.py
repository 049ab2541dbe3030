"""Rates of exchange."""

import httpx

TIMEOUT = 10

# One pool of connections for everybody.
client = httpx.AsyncClient(
    base_url="http://rates",
    timeout=TIMEOUT,
)  # kept open


async def rate(code: str) -> float:
    answer = await client.get(f"/{code}")
    return float(answer.json()["rate"])
