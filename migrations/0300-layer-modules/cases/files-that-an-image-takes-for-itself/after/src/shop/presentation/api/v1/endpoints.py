"""Routes."""

from shop.domain.app.prices import price
from fastapi import APIRouter

router = APIRouter()


@router.get("/price")
def get_price() -> int:
    return price()
