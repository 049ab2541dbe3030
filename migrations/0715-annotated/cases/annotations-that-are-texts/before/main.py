from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Query

if TYPE_CHECKING:
    from decimal import Decimal

app = FastAPI()


def store() -> dict:
    return {}


@app.get("/rows")
def rows(store: dict = Depends(store), least: int = Query(0)):
    return [store, least]


@app.get("/sums")
def sums(amount: Decimal = Depends(store)):
    return amount


def add(app: FastAPI):
    def inner() -> dict:
        return {}

    @app.get("/inner")
    def route(store: dict = Depends(inner), least: int = Query(0)):
        return [store, least]


add(app)
