"""What Alembic runs for every command."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from shop.infrastructure.database import Base, settings

import shop.infrastructure.models  # noqa: F401 - its tables

METADATA = Base.metadata


def write_sql(url: str | sa.URL) -> None:
    """Print the statements instead of running them."""
    context.configure(url=url, target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate(connection: sa.Connection) -> None:
    """Run the revisions on a connection."""
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Run the revisions on the service's database."""
    async with create_async_engine(
        str(settings.database_url), poolclass=sa.pool.NullPool
    ).connect() as connection:
        await connection.run_sync(migrate)


if context.is_offline_mode():
    write_sql(str(settings.database_url))
else:
    asyncio.run(connect())
