"""Loaded late."""

import httpx

late = httpx.AsyncClient()
