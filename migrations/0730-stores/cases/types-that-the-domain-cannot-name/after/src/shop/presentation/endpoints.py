"""What the shop answers."""

import datetime
import typing as t
from uuid import UUID

from shop.domain.repositories import DraftRepository, SeenRepository
from shop.infrastructure.memory import InMemoryDraftRepository, InMemorySeenRepository
from shop.presentation.schemas import Draft

_store: t.Dict[UUID, Draft] = dict()
draft_repository: DraftRepository = InMemoryDraftRepository(_store)
seen: dict[str, t.Optional[datetime.date]] = {}
seen_repository: SeenRepository = InMemorySeenRepository(seen)


def keep(number: UUID, draft: Draft, day: datetime.date) -> t.Optional[Draft]:
    """Keep one."""
    before = draft_repository.find(number)
    draft_repository.save(number, draft)
    seen_repository.save(str(number), day)
    return before


def when(number: UUID) -> t.Optional[datetime.date]:
    """Tell when one was kept."""
    return seen_repository.find(str(number))
