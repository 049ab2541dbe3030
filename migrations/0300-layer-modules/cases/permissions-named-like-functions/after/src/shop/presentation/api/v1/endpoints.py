"""Routes."""

from shop.presentation.orders import create
from fastapi import APIRouter

from shop.presentation.api.dependencies import demand

router = APIRouter()


@router.post("/orders")
def order(name: str, role: str) -> str:
    demand("orders.create", role)
    return create(name)
