"""The shop."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.infrastructure.store import mongo


@asynccontextmanager
async def lifespan(_: FastAPI):
    try:
        await mongo.server_info()
        yield
    finally:
        mongo.close()


def create_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root():
        return await mongo.shop.orders.count_documents({})

    return app


app = create_app()
