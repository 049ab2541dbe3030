"""Use cases that read."""

import logging
from datetime import date

from shop.domain.prices import Price


async def prices(limit: int, store, *, logger: logging.Logger) -> list[Price]:
    """List the prices of today."""
    # Today is the day of the server.
    today = date.today()
    logger.info("prices of %s", today)
    found = await store.of_day(today)
    return found[:limit]  # the first ones
    # The rest is on the next page.
