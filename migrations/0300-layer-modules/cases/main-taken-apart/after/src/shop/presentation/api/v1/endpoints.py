"""Routes."""

import logging

from fastapi import APIRouter, HTTPException

from shop.domain import services
from shop.domain.models import Order
from shop.domain.services import with_tax
from shop.infrastructure.database.repositories import orders
from shop.presentation.api import dependencies

logger = logging.getLogger(__name__)

router = APIRouter()


# ---- routes ----


@router.get("/orders")
async def list_orders():
    return [order.number for order in orders.values()]


@router.post("/orders")
async def add_order(cents: int):
    order = Order(services.next_number(), with_tax(cents))
    orders[order.number] = order
    logger.info("order %s at %s", order.number, dependencies.clock)
    return {"number": order.number, "cents": order.cents, "clock": dependencies.clock.now() if dependencies.clock else None}


@router.get("/orders/{number}")
async def one_order(number: int):
    if number not in orders:
        raise HTTPException(404)
    return orders[number].state.value
