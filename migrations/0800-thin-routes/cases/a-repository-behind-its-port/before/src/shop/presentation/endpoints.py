"""What the shop answers."""

from fastapi import APIRouter

from shop.infrastructure.memory import order_repository

router = APIRouter()


@router.post("/orders/{number}")
def keep(number: int, name: str) -> int:
    """Keep an order."""
    order_repository.save(number, name.strip())
    return order_repository.count()
