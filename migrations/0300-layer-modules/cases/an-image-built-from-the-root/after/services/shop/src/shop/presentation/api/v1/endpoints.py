"""Routes."""

from shop.domain.prices import price
from fastapi import APIRouter

router = APIRouter()


@router.get("/price")
def show() -> dict[str, int]:
    return {"price": price(2)}
