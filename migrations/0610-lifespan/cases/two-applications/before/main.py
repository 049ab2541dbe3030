import contextlib
from collections.abc import AsyncIterator, Mapping
from fastapi import FastAPI

lifespan: Mapping[str, int] = {}
service = FastAPI(title="Shop")


@service.on_event("shutdown")
async def stop():
    contextlib.suppress(ValueError)
