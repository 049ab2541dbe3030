from fastapi import APIRouter

router = APIRouter()


@router.get("/{number}")
def order(number: int) -> int:
    return number


@router.post("", status_code=201)
def create() -> int:
    return 1
