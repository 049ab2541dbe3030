from fastapi import APIRouter

from shop.infrastructure.crud import items

router = APIRouter()


@router.get("/items")
def read():
    return items()
