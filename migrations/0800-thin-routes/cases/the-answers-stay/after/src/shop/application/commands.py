"""Use cases that change something."""

import logging
from typing import Any

from shop.domain.exceptions import ConflictError, DomainError, InternalError


async def add(number, pieces, *, orders: Any, logger: logging.Logger):
    try:
        if number in orders:
            raise ConflictError("taken")
        orders[number] = {"pieces": pieces + 0}
    except DomainError:
        raise
    except Exception as error:
        logger.debug("not added: %s", error)
        raise InternalError(f"failed: {error}")
    return orders[number]
