"""Use cases that change something."""

from shop.application.orders import find, orders
from shop.domain.exceptions import (
    ConflictError,
    DomainError,
    InternalError,
    NotFoundError,
)


async def cancel(number: int):
    """Cancel an order."""
    try:
        found = await find(number)
        if not found:
            raise NotFoundError({"missing": number})
        if found["sent"]:
            raise ConflictError(
                f"order {number} was sent on its way before it was cancelled",
            )
        del orders[number]
    except DomainError:
        raise
    except Exception as error:
        raise InternalError(f"failed: {error}") from error
    return {"cancelled": number}
