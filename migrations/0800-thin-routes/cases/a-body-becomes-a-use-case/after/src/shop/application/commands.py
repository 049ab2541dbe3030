"""Use cases that change something."""

from typing import Any

from shop.domain.prices import Price


def add(name: str, price: Price, *, cache: Any):
    cache[name] = price

    return {"prices": len(cache)}
