from logging import Logger, getLogger
from typing import Final

import httpx
from fastapi import FastAPI

LOGGER: Final[Logger] = getLogger(__file__)
app = FastAPI()


def price() -> float:
    return float(httpx.get("http://prices/1").text)


@app.get("/price")
def show() -> float:
    LOGGER.info("asked")
    return price()
