import logging

from fastapi import APIRouter

from shop.application import commands, queries
from shop.infrastructure import store

logger = logging.getLogger(__name__)
router = APIRouter()


@router.get("/orders")
async def order(number):
    return await queries.order(number, orders=store.orders)


@router.post("/orders")
async def add(number, pieces):
    return await commands.add(number, pieces, orders=store.orders, logger=logger)
