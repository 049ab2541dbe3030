"""Use cases that read."""

from typing import Any

from shop.domain.exceptions import NotFoundError, UnprocessableError


async def order(number, *, orders: Any):
    found = orders.get(number)
    if number is None:
        raise UnprocessableError({"number": "is missing"})
    if found is None:
        raise NotFoundError(f"no order {number}")
    return found
