"""Routes."""

from shop.domain.auth.rules import is_long
from fastapi import APIRouter

router = APIRouter()


@router.get("/long/{password}")
def long(password: str) -> bool:
    return is_long(password)
