from fastapi import FastAPI

from web.routes import router
from web.services import Container


def create_app() -> FastAPI:
    container = Container()
    container.wire(packages=["web"])
    app = FastAPI()
    app.include_router(router)
    return app
