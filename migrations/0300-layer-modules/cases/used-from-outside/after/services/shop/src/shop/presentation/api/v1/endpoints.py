"""Routes."""

from shop.domain.stock import price_of
from fastapi import APIRouter

from shop.presentation.api.v1.schemas import Order

router = APIRouter()


@router.post("/orders")
def place(order: Order) -> int:
    return price_of(order.item)
