"""Routes."""

from shop.infrastructure.tasks import pack
from fastapi import APIRouter

router = APIRouter()


@router.post("/orders/{order}")
def order(order: str) -> None:
    pack.delay(order)
