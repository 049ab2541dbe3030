from fastapi import APIRouter

from app.mail import letter

router = APIRouter()


@router.get("/rates")
def rates() -> list[int]:
    return [len(letter("mail"))]
