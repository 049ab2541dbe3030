from fastapi import FastAPI

from .containers import Container
from . import endpoints


def create_app() -> FastAPI:
    app = FastAPI()
    app.container = Container()
    app.include_router(endpoints.router)
    return app


app = create_app()
