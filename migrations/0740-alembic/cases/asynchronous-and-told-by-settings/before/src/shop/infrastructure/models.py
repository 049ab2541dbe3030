"""The tables."""

from sqlalchemy import JSON, Column, Enum, Integer
from sqlalchemy.dialects.postgresql import UUID

from shop.infrastructure.database import Base


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id = Column(UUID(as_uuid=True), primary_key=True)
    lines = Column(JSON, nullable=False)


class Kind(Base):
    """A kind of order."""

    __tablename__ = "kinds"

    id = Column(Integer, primary_key=True)
    name = Column(Enum("small", "large"))
