from fastapi import APIRouter

router = APIRouter()


@router.get("/rates")
def rates() -> list[int]:
    return [1, 2]
