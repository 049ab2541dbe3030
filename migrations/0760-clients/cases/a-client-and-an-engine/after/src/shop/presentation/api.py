"""Routes."""

from fastapi import APIRouter, Depends

from shop.infrastructure import rates
from shop.infrastructure.database import get_engine as database, get_db

router = APIRouter()


@router.get("/pool")
def pool() -> str:
    return database().pool.status()


@router.get("/rate")
async def rate(code: str, db=Depends(get_db)) -> float:
    await rates.get_client().get("/warm")
    return await rates.rate(code)
