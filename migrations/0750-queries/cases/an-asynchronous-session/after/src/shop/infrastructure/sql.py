"""Repositories on a session of SQLAlchemy, which begins and ends elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.domain.repositories import OrderRepository
from shop.infrastructure.models import Order


class SqlOrderRepository(OrderRepository):
    """Keeps records of Order in the database.

    Args:
        session: Begun and ended by who makes this.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_by_state(self, state: str) -> Any:
        """List by state."""
        return (await self._session.execute(select(Order).where(Order.state == state))).scalars().all()

    async def save(self, record: Order) -> None:
        """Save."""
        self._session.add(record)
        await self._session.commit()
        await self._session.refresh(record)

    async def select_by_id(self, number: int) -> Any:
        """Select by id."""
        return await self._session.execute(select(Order).where(Order.id == number))
