"""A repository over records: get, add, delete and pages in a stable order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from .records import RecordMixin

RecordT = TypeVar("RecordT", bound=RecordMixin)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the place of its last record."""

    created_at: datetime
    id: UUID


class SqlRepository(Generic[RecordT]):
    """Access to one table within a session.

    Args:
        session: The session of the present unit of work.
        record_type: The mapped class.
    """

    def __init__(self, session: AsyncSession, record_type: type[RecordT]) -> None:
        self._session = session
        self._record_type = record_type

    async def find(self, record_id: UUID) -> RecordT | None:
        """Return a record, or `None` if there is none with this id."""
        return await self._session.get(self._record_type, record_id)

    def insert(self, record: RecordT) -> None:
        """Add a record with the next commit."""
        self._session.add(record)

    async def remove(self, record: RecordT) -> None:
        """Delete a record with the next commit."""
        await self._session.delete(record)

    async def page(
        self,
        *,
        after: Position | None,
        limit: int,
        statement: Select[Any] | None = None,
    ) -> Sequence[RecordT]:
        """Return the records after a position, newest first.

        Args:
            after: Where the page before ended; the newest record without it.
            limit: Largest number of records.
            statement: A selection to page through, for example with filters.
        """
        record = self._record_type
        query = select(record) if statement is None else statement
        if after is not None:
            place = tuple_(record.created_at, record.id)
            query = query.where(place < tuple_(after.created_at, after.id))
        ordered = query.order_by(record.created_at.desc(), record.id.desc()).limit(limit)
        records: Sequence[RecordT] = (await self._session.scalars(ordered)).all()
        return records
