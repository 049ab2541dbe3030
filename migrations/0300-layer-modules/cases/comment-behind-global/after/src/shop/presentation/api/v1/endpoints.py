"""Routes."""

from fastapi import APIRouter

from shop.infrastructure.http.client import rate

router = APIRouter()


@router.get("/rate")
def show() -> float:
    return rate()
