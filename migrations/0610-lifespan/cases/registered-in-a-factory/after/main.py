from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


async def start():
    print("up")


def stop():
    print("down")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start and stop what lives as long as the application."""
    await start()
    try:
        yield
    finally:
        stop()


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(
        title="Shop",
        lifespan=lifespan,
    )

    app.get("/")(index)
    return app


async def index():
    return {}


app = create_app()
