"""Routes."""

from shop.domain.prices import price
from fastapi import APIRouter

router = APIRouter()


@router.get("/price")
def show() -> int:
    return price()
