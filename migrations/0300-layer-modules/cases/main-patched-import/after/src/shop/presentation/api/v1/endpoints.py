"""Routes."""

from fastapi import APIRouter

from shop.domain.services import shown, stamp, today

router = APIRouter()


@router.get("/today")
def read_today():
    return shown(today().text), stamp()
