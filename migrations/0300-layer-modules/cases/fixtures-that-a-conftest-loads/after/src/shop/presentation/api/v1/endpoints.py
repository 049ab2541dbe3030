"""Routes."""

from shop.infrastructure.store import users
from fastapi import APIRouter

router = APIRouter()


@router.get("/users")
def all_users():
    return users
