from fastapi import APIRouter

from shop.domain.mail import letter

router = APIRouter()


@router.get("/rates")
def rates() -> list[int]:
    return [len(letter("mail"))]
