"""What the shop answers."""

import datetime
import typing as t
from uuid import UUID

from shop.presentation.schemas import Draft

_store: t.Dict[UUID, Draft] = dict()
seen: dict[str, t.Optional[datetime.date]] = {}


def keep(number: UUID, draft: Draft, day: datetime.date) -> t.Optional[Draft]:
    """Keep one."""
    before = _store.get(number)
    _store[number] = draft
    seen[str(number)] = day
    return before


def when(number: UUID) -> t.Optional[datetime.date]:
    """Tell when one was kept."""
    return seen.get(str(number))
