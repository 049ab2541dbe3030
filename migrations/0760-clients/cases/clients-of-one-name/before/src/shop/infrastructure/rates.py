"""One of two."""

import httpx

client = httpx.AsyncClient(base_url="http://rates")
