from sqlalchemy import func, select


async def now(session: AsyncSession) -> datetime:
    return await session.scalar(select(func.now()))
