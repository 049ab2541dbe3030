"""Routes."""

from shop.infrastructure.common.prices import price
from fastapi import APIRouter

router = APIRouter()


@router.get("/price")
def show() -> float:
    return price()
