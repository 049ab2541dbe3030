"""What the shop answers."""

from fastapi import APIRouter

from shop.application import commands
from shop.infrastructure.memory import order_repository

router = APIRouter()


@router.post("/orders/{number}")
def keep(number: int, name: str) -> int:
    """Keep an order."""
    return commands.keep(number, name, order_repository=order_repository)
