from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start and stop what lives as long as the application."""
    await start()
    yield


app = FastAPI(lifespan=lifespan)


async def start():
    pass
