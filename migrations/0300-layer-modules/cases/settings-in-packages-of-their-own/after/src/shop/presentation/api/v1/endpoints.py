"""Routes."""

from shop.config import PricingSettings
from shop.domain.pricing.rules import allowed as price_allowed
from shop.stock.config import StockSettings
from shop.domain.stock.rules import allowed as stock_allowed
from fastapi import APIRouter

router = APIRouter()


@router.get("/limits/{count}")
def limits(count: int) -> dict[str, bool]:
    return {
        "price": price_allowed(count, PricingSettings()),
        "stock": stock_allowed(count, StockSettings()),
    }
