"""Use cases that read."""

from shop.domain.exceptions import InvalidInputError


async def half(number: int):
    if number % 2:
        raise InvalidInputError("odd")
    return number // 2
