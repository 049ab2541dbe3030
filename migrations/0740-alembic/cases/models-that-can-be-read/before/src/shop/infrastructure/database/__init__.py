"""The database."""

import os

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase

URL = os.getenv("DATABASE_URL", "sqlite:///shop.db")

engine = create_engine(URL)


class Base(DeclarativeBase):
    """What all models are."""


def make_tables() -> None:
    Base.metadata.create_all(bind=engine)
