"""The tables."""

from sqlalchemy import Column, String, create_engine
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id = Column(String, primary_key=True)


def connect(url):
    return create_engine(url)
