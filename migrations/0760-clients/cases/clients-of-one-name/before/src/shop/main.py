"""The shop."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from shop.infrastructure import rates, stock

if TYPE_CHECKING:
    from shop.infrastructure.rates import client  # noqa: F401


def create_app() -> FastAPI:
    async def lifespan(app: FastAPI):
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root():
        return (await rates.client.get("/")).json(), (await stock.client.get("/")).json()

    return app


app = create_app()


def typed(other: "rates.httpx.AsyncClient") -> bool:
    return other is rates.client


if __name__ == "__main__":
    print(rates.client)
