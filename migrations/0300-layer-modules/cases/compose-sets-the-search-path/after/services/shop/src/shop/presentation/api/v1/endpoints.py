"""Routes."""

from fastapi import APIRouter

from shop.presentation.api.dependencies import rates

router = APIRouter()


@router.get("/rates")
def all_rates() -> dict[str, int]:
    return rates
