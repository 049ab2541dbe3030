from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.presentation import dependencies
from shop.presentation.routes import router


@asynccontextmanager
async def lifespan(app):
    dependencies.store = {}
    yield


app = FastAPI(lifespan=lifespan)
app.include_router(router)
