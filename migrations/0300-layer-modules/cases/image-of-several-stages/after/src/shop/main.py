from fastapi import FastAPI

from shop.infrastructure.common.prices import price


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/prices/{name}")
    def show(name: str) -> float:
        return price(name)

    return app
