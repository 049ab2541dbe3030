from fastapi import FastAPI

from shop.presentation.web.routes import router
from shop.infrastructure.web.services import Container


def create_app() -> FastAPI:
    container = Container()
    container.wire(packages=["shop.infrastructure.web", "shop.presentation.web"])
    app = FastAPI()
    app.include_router(router)
    return app
