"""The shop."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.infrastructure.store import get_mongo


@asynccontextmanager
async def lifespan(_: FastAPI):
    get_mongo()
    try:
        await get_mongo().server_info()
        yield
    finally:
        get_mongo().close()


def create_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root():
        return await get_mongo().shop.orders.count_documents({})

    return app


app = create_app()
