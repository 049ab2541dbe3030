from logging import Logger, getLogger
from typing import Final

from fastapi import FastAPI

from shop.infrastructure.http.client import price

LOGGER: Final[Logger] = getLogger(__file__)
app = FastAPI()


@app.get("/price")
def show() -> float:
    LOGGER.info("asked")
    return price()
