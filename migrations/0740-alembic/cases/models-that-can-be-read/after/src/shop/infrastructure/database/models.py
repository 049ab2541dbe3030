"""The tables."""

from datetime import datetime
from typing import Optional

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, Numeric, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.infrastructure.database import Base


class Order(Base):
    """An order of a customer."""

    __tablename__ = "orders"

    id = Column(Integer, primary_key=True, index=True)
    customer_id = Column(Integer, ForeignKey("customers.id", ondelete="CASCADE"), nullable=False)
    state = Column(String(20), default="new", index=True)
    price = Column("total", Numeric(10, 2), server_default=text("0"))
    is_paid = Column(Boolean, default=False)
    made_at = Column(DateTime(timezone=True), server_default=func.now())

    customer = relationship("Customer", back_populates="orders")


class Customer(Base):
    """Somebody who orders."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    mail: Mapped[Optional[str]] = mapped_column(unique=True)
    note: Mapped[str | None]
    seen: Mapped[datetime]

    orders: Mapped[list["Order"]] = relationship("Order", back_populates="customer")
