import contextlib
from collections.abc import AsyncIterator, Mapping
from fastapi import FastAPI

lifespan: Mapping[str, int] = {}


@contextlib.asynccontextmanager
async def app_lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start and stop what lives as long as the application."""
    try:
        yield
    finally:
        await stop()


service = FastAPI(title="Shop", lifespan=app_lifespan)


async def stop():
    contextlib.suppress(ValueError)
