"""Use cases that change something."""

from typing import Any


async def put(name: str, value: int, *, dependencies_store: Any):
    store = dependencies_store
    store[name] = value
    return store
