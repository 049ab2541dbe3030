"""The shop."""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio as redis
from fastapi import FastAPI
from vertice_api.health import HealthMonitor, check_ping, create_health_router

from shop.infrastructure.bank import close_bank, get_bank


@functools.cache
def get_cache() -> redis.Redis:
    """Return the cache, made when it is first asked for."""
    return redis.from_url("redis://cache", max_connections=5)


async def close_cache() -> None:
    """Close the cache, if it was ever made."""
    if get_cache.cache_info().currsize:
        await get_cache().aclose()
        get_cache.cache_clear()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start and stop what lives as long as the application."""
    get_bank()
    get_cache()
    try:
        yield
    finally:
        await close_cache()
        await close_bank()


app = FastAPI(
    title="Shop",
    lifespan=lifespan,
)


@app.get("/")
async def root():
    await get_bank().ask()
    return {"hits": await get_cache().incr("hits")}


app.include_router(create_health_router(HealthMonitor({"cache": check_ping(get_cache)})))
