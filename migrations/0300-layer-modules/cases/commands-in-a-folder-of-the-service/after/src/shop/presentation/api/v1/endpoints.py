"""Routes."""

from shop.infrastructure.store import books
from fastapi import APIRouter

router = APIRouter()


@router.get("/books")
def all_books() -> list[str]:
    return books()
