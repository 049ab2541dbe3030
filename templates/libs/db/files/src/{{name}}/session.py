"""The database of a service: one engine, one pool, sessions on demand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

_ASYNC_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Limits of the connection pool; SQLite has none and ignores them.

    Attributes:
        size: Connections that are kept open.
        overflow: Connections beyond that under load.
        wait_seconds: How long a request waits for a free connection.
        recycle_seconds: Age at which a connection is replaced.
    """

    size: int = 5
    overflow: int = 10
    wait_seconds: float = 10.0
    recycle_seconds: int = 1800


class Database:
    """Engine and sessions for one URL. Making one connects to nothing yet.

    Args:
        url: For example `sqlite:///orders.db` or `postgresql://user@host/orders`;
            the asynchronous driver is added where it is missing.
        pool: Limits of the connection pool.
    """

    def __init__(self, url: str, *, pool: PoolSettings | None = None) -> None:
        self.url = async_url(url)
        self.engine = create_async_engine(self.url, **_engine_options(self.url, pool))
        if self.url.get_backend_name() == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    def session(self) -> AsyncSession:
        """Return a new session; close it, or use it in `async with`."""
        return self._sessions()

    async def ping(self) -> None:
        """Ask the database for an answer.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: If it gives none.
            OSError: If it cannot be reached.
        """
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def async_url(url: str) -> URL:
    """Return the URL with an asynchronous driver."""
    parsed = make_url(url)
    return parsed.set(drivername=_ASYNC_DRIVERS.get(parsed.drivername, parsed.drivername))


def _engine_options(url: URL, pool: PoolSettings | None) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {}
    limits = pool or PoolSettings()
    return {
        "pool_pre_ping": True,
        "pool_size": limits.size,
        "max_overflow": limits.overflow,
        "pool_timeout": limits.wait_seconds,
        "pool_recycle": limits.recycle_seconds,
    }


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "busy_timeout = 5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
