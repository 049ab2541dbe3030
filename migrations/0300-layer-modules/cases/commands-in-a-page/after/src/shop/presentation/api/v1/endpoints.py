"""Routes."""

from fastapi import APIRouter

router = APIRouter()


@router.get("/parcels")
def parcels():
    return []
