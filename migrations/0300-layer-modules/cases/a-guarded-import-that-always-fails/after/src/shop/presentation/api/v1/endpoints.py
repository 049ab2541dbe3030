"""Routes."""

from shop.config import LIMIT
from fastapi import APIRouter

router = APIRouter()


@router.get("/limit")
def limit() -> int:
    return LIMIT
