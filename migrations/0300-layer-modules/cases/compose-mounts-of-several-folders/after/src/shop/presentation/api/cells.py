from fastapi import APIRouter

from shop.domain.agents.counter import count

router = APIRouter(prefix="/cells")


@router.get("/")
def cells() -> int:
    return count()
