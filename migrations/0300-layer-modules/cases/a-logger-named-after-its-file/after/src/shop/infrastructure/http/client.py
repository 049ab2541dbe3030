"""Clients of other services."""

import httpx


def price() -> float:
    return float(httpx.get("http://prices/1").text)
