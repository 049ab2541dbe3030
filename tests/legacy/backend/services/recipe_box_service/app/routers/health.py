from fastapi import APIRouter
from sqlalchemy import text

from app.deps import Db

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live():
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(db: Db):
    await db.execute(text("select 1"))
    return {"status": "ok", "database": True}
