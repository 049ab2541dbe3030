from dataclasses import dataclass

from sqlalchemy import func, select


async def now(session: AsyncSession) -> datetime:
    return await session.scalar(select(func.now()))


@dataclass(frozen=True)
class Load:
    parcels: int | None = None
