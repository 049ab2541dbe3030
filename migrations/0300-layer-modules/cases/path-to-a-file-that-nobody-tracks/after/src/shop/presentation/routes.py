from fastapi import APIRouter

from shop.infrastructure.core.secrets import read

router = APIRouter()


@router.get("/rates")
def rates() -> list[int]:
    return [len(read())]
