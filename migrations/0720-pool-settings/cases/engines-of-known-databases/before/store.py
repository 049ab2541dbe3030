"""Engines whose databases are written in their URLs."""

import os

import sqlalchemy as sa
from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

HOST = os.getenv("HOST", "db")
ADDRESS = f"postgresql+asyncpg://{HOST}/shop"

orders = create_engine("mysql+pymysql://db/orders")
prices = sa.create_engine(
    URL.create("postgresql", host=HOST),
    echo=False,
    pool_size=20,  # as many as there are workers
)
stock = create_async_engine(ADDRESS, echo=True)
short = create_engine("oracle://d", pool_size=5, max_overflow=10, pool_timeout=9)


def connect(kind):
    return create_engine("postgresql://" + HOST,
                         pool_pre_ping=True,
                         connect_args={"sslmode": "require"})
