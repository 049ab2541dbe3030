"""Routes."""

import logging
from datetime import date

from fastapi import APIRouter, Depends, Query

from shop.domain.prices import Price
from shop.presentation import dependencies
from shop.presentation.dependencies import get_store

logger = logging.getLogger(__name__)
router = APIRouter()


@router.get("/prices")
async def prices(limit: int = Query(10, ge=1), store=Depends(get_store)) -> list[Price]:
    """List the prices of today.

    The description that everybody reads.
    """
    # Today is the day of the server.
    today = date.today()
    logger.info("prices of %s", today)
    found = await store.of_day(today)
    return found[:limit]  # the first ones
    # The rest is on the next page.


@router.post("/prices")
def add(name: str, price: Price):
    dependencies.cache[name] = price

    return {"prices": len(dependencies.cache)}


@router.get("/count")
def count() -> int:
    """Count."""
    return len(dependencies.cache)
