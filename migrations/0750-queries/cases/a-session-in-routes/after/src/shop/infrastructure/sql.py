"""Repositories on a session of SQLAlchemy, which begins and ends elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from shop.domain.repositories import CustomerRepository, OrderRepository
from shop.infrastructure.models import Customer, Order


class SqlCustomerRepository(CustomerRepository):
    """Keeps records of Customer in the database.

    Args:
        session: Begun and ended by who makes this.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def value(self) -> Any:
        """Value."""
        return self._session.query(func.count(Customer.id)).scalar()


class SqlOrderRepository(OrderRepository):
    """Keeps records of Order in the database.

    Args:
        session: Begun and ended by who makes this.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def commit(self) -> None:
        """Commit."""
        self._session.commit()

    def delete(self, record: Order) -> None:
        """Delete."""
        self._session.delete(record)

    def find_by_id(self, number: int) -> Any:
        """Find by id."""
        return (
            self._session.query(Order)
            .filter(Order.id == number)
            .first()
        )

    def get(self, number: int) -> Any:
        """Get."""
        return self._session.get(Order, number)

    def page(self, skip: int, limit: int) -> Any:
        """Page."""
        return self._session.query(Order).offset(skip).limit(limit).all()

    def save(self, record: Order) -> None:
        """Save."""
        self._session.add(record)
        self._session.commit()
        self._session.refresh(record)

    def update(self, record: Order) -> None:
        """Update."""
        self._session.commit()
        self._session.refresh(record)
