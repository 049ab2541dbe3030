from fastapi import FastAPI

from shop.infrastructure.containers import Container
from shop.presentation import endpoints


def create_app() -> FastAPI:
    app = FastAPI()
    app.container = Container()
    app.include_router(endpoints.router)
    return app


app = create_app()
