import httpx
from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

from .containers import Container

router = APIRouter()


@router.get("/price")
@inject
def price(client: httpx.Client = Depends(Provide[Container.client])) -> str:
    return client.get("/1").text
