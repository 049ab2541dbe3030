"""What Alembic runs for every command."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from shop.infrastructure.database import Base, engine

import shop.infrastructure.database.models  # noqa: F401 - its tables

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


if context.is_offline_mode():
    write_sql(engine.url)
else:
    with engine.connect() as connection:
        migrate(connection)
