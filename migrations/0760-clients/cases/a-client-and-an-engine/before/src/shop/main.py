"""The shop."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.presentation.api import router


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Start and stop."""
    print("up")
    yield
    print("down")


app = FastAPI(lifespan=lifespan)
app.include_router(router)
