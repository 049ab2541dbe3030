"""The shop."""

import redis.asyncio as redis
from fastapi import FastAPI
from vertice_api.health import HealthMonitor, check_ping, create_health_router

from shop.infrastructure.bank import bank

cache = redis.from_url("redis://cache", max_connections=5)
app = FastAPI(
    title="Shop",
)


@app.get("/")
async def root():
    await bank.ask()
    return {"hits": await cache.incr("hits")}


app.include_router(create_health_router(HealthMonitor({"cache": check_ping(cache)})))
