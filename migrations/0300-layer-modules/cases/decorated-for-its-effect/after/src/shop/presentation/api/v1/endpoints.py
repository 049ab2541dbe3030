"""Routes."""

from fastapi import APIRouter

from shop.domain.services import limited

router = APIRouter()


@router.get("/limit")
def read_limit():
    with limited() as limit:
        return limit
