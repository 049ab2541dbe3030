"""Clients."""

import httpx
from openai import AsyncOpenAI

OPTIONS = {"base_url": "http://a"}

cached = httpx.AsyncClient()
kept = httpx.AsyncClient()
stored = httpx.AsyncClient()
named = httpx.AsyncClient()
coded = httpx.AsyncClient()
asked = httpx.AsyncClient()
changed = httpx.AsyncClient(**OPTIONS)
inner = httpx.AsyncClient()
outer = AsyncOpenAI(api_key="x", http_client=inner)
one = httpx.AsyncClient(); two = 2
handed = httpx.AsyncClient()

OPTIONS["base_url"] = "http://b"


def get_handed():
    return handed
