from typing import Annotated

from fastapi import Depends, Header, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import get_db


async def require_cook(x_cook: str | None = Header(default=None)) -> str:
    if not x_cook:
        raise HTTPException(401, "who cooks?")
    return x_cook


Db = Annotated[AsyncSession, Depends(get_db)]
Cook = Annotated[str, Depends(require_cook)]
