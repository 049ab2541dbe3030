"""Routes."""

from shop.domain.prices import price
from fastapi import APIRouter

router = APIRouter()


@router.get("/price/{count}")
def total(count: int) -> int:
    return price(count)
