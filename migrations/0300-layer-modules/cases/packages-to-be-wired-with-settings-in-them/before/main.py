from dependency_injector import containers, providers
from fastapi import FastAPI

from common.config import AppSettings
from common.prices import price


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(packages=["common"])
    host = providers.Object(AppSettings().host)


app = FastAPI()
container = Container()


@app.get("/price")
def show() -> float:
    return price()
