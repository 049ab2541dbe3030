"""The tables."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id = Column(Integer, primary_key=True)
    state = Column(String, index=True)


class Customer(Base):
    """Somebody who orders."""

    __tablename__ = "customers"

    id = Column(Integer, primary_key=True)
