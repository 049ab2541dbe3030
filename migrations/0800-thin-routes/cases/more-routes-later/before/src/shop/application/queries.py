"""Use cases that read."""

from shop.application.orders import find
from shop.domain.exceptions import NotFoundError


async def order(number: int) -> dict:
    found = await find(number)
    if not found:
        raise NotFoundError(f"no order {number}")
    return found
