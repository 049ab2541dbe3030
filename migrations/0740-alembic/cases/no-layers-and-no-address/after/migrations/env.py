"""What Alembic runs for every command."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context
from models import Base

METADATA = Base.metadata


def address() -> str:
    """Return what `alembic -x url=…` says."""
    return context.get_x_argument(as_dictionary=True)["url"]


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
    write_sql(address())
else:
    with sa.create_engine(
        address(), poolclass=sa.pool.NullPool
    ).connect() as connection:
        migrate(connection)
