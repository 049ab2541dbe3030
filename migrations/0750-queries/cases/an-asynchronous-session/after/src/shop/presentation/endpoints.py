"""What the shop answers."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from shop.infrastructure.models import Order
from shop.infrastructure.sql import SqlOrderRepository
from shop.presentation.dependencies import get_db

router = APIRouter()
Database = Annotated[AsyncSession, Depends(get_db)]


@router.get("/orders/{number}")
async def read(number: int, db: Database):
    """Give an order."""
    result = await SqlOrderRepository(db).select_by_id(number)
    return result.scalar_one_or_none()


@router.get("/orders")
async def read_all(state: str, db: Annotated[AsyncSession, Depends(get_db)]):
    """Give orders."""
    return await SqlOrderRepository(db).list_by_state(state)


@router.post("/orders")
async def create(state: str, db: Database):
    """Take an order."""
    order = Order(state=state)
    await SqlOrderRepository(db).save(order)
    return order
