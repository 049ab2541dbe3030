from fastapi import APIRouter

from agents.counter import count

router = APIRouter(prefix="/cells")


@router.get("/")
def cells() -> int:
    return count()
