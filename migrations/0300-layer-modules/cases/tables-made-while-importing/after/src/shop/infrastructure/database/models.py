"""Mapped classes."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

from shop.infrastructure.database.repositories import engine

Base = declarative_base()


class Item(Base):
    __tablename__ = "items"

    id = Column(Integer, primary_key=True)
    name = Column(String)


Base.metadata.create_all(bind=engine)
