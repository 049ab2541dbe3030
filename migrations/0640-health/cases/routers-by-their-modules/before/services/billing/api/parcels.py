from fastapi import APIRouter

router = APIRouter()


@router.get("/{number}")
def parcel(number: int) -> int:
    return number
