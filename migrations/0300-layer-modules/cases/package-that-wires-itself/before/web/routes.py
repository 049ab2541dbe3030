import httpx
from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

router = APIRouter()


@router.get("/price")
@inject
def price(client: httpx.Client = Depends(Provide["client"])) -> str:
    return client.get("http://prices/1").text
