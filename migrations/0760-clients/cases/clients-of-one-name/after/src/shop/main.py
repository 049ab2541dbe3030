"""The shop."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from shop.infrastructure import rates, stock
from shop.infrastructure.rates import close_rates_client, get_rates_client
from shop.infrastructure.stock import close_stock_client, get_stock_client

if TYPE_CHECKING:
    from shop.infrastructure.rates import get_rates_client  # noqa: F401


def create_app() -> FastAPI:
    async def lifespan(app: FastAPI):
        get_rates_client()
        get_stock_client()
        yield
        await close_stock_client()
        await close_rates_client()

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root():
        return (await rates.get_rates_client().get("/")).json(), (await stock.get_stock_client().get("/")).json()

    return app


app = create_app()


def typed(other: "rates.httpx.AsyncClient") -> bool:
    return other is rates.get_rates_client()


if __name__ == "__main__":
    print(rates.get_rates_client())
