from fastapi import FastAPI

from shop.config import options
from shop.infrastructure.broker import Broker

app = FastAPI(title=options.title)


@app.get("/settings")
def settings() -> list[object]:
    return [options.name, options.port, options.debug, Broker.url, Broker.settings]
