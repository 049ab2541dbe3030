from fastapi import APIRouter

from app.api.errors.missing import Missing

router = APIRouter()


@router.get("/table")
def table() -> None:
    raise Missing
