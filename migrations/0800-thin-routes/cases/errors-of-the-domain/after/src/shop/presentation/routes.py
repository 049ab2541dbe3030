"""Routes."""

from fastapi import APIRouter

from shop.application import commands, queries

router = APIRouter()


@router.get("/orders/{number}")
async def order(number: int) -> dict:
    return await queries.order(number)


@router.delete("/orders/{number}")
async def cancel(number: int):
    """Cancel an order"""
    return await commands.cancel(number)
