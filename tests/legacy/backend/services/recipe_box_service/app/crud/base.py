from typing import Generic, Type, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from ..core.errors import NotFound
from ..db import Base

M = TypeVar("M", bound=Base)


class CRUDBase(Generic[M]):
    def __init__(self, model: Type[M]):
        self.model = model

    async def get(self, db: AsyncSession, id: int) -> M:
        found = await db.get(self.model, id)
        if found is None:
            raise NotFound(f"{self.model.__name__} {id}")
        return found

    async def remove(self, db: AsyncSession, id: int) -> None:
        await db.delete(await self.get(db, id))
        await db.commit()
