"""Routes."""

import logging

from fastapi import APIRouter, Depends, Query

from shop.application import commands, queries
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
    return await queries.prices(limit, store, logger=logger)


@router.post("/prices")
def add(name: str, price: Price):
    return commands.add(name, price, cache=dependencies.cache)


@router.get("/count")
def count() -> int:
    """Count."""
    return len(dependencies.cache)
