"""Routes."""

from shop.domain.users import list_users
from fastapi import APIRouter

router = APIRouter()


@router.get("/users")
def users() -> list[str]:
    return list_users()
