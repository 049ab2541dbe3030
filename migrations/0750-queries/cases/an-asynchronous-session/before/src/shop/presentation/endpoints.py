"""What the shop answers."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.infrastructure.models import Order
from shop.presentation.dependencies import get_db

router = APIRouter()
Database = Annotated[AsyncSession, Depends(get_db)]


@router.get("/orders/{number}")
async def read(number: int, db: Database):
    """Give an order."""
    result = await db.execute(select(Order).where(Order.id == number))
    return result.scalar_one_or_none()


@router.get("/orders")
async def read_all(state: str, db: Annotated[AsyncSession, Depends(get_db)]):
    """Give orders."""
    return (await db.execute(select(Order).where(Order.state == state))).scalars().all()


@router.post("/orders")
async def create(state: str, db: Database):
    """Take an order."""
    order = Order(state=state)
    db.add(order)
    await db.commit()
    await db.refresh(order)
    return order
