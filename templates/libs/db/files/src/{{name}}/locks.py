"""A lock that one of all replicas has: for work that must not be done twice at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from sqlalchemy import text

from .session import Database


@asynccontextmanager
async def try_lock(database: Database, name: str) -> AsyncIterator[bool]:
    """Take a lock for a block, if nobody else has it.

    PostgreSQL keeps the lock, and gives it back when the connection ends, however
    that happens. A SQLite file belongs to one process: there the lock is free.

    Args:
        database: Who keeps the lock.
        name: What is locked.

    Yields:
        Whether the lock is ours.
    """
    if database.url.get_backend_name() != "postgresql":
        yield True
        return
    key = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    async with database.engine.begin() as connection:
        statement = text("SELECT pg_try_advisory_xact_lock(:key)")
        yield bool(await connection.scalar(statement, {"key": key}))
