from fastapi import APIRouter

from app.crud import items

router = APIRouter()


@router.get("/items")
def read():
    return items()
