"""The tables."""

from sqlalchemy import Column, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id = Column(String, primary_key=True)
