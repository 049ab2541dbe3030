"""The database."""

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import declarative_base

from shop.config import settings

Base = declarative_base()


def connect():
    return create_async_engine(str(settings.database_url))
