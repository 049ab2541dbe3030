import httpx
from dependency_injector.wiring import Provide, inject


@inject
def price(host: str = Provide["host"]) -> float:
    return float(httpx.get(f"http://{host}/1").text)
