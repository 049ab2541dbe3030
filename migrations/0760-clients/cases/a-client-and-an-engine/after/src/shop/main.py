"""The shop."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.infrastructure.database import close_engine, get_engine
from shop.infrastructure.rates import close_client, get_client
from shop.presentation.api import router


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Start and stop."""
    get_engine()
    get_client()
    print("up")
    yield
    print("down")
    await close_client()
    close_engine()


app = FastAPI(lifespan=lifespan)
app.include_router(router)
