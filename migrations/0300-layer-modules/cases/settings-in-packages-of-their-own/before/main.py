from fastapi import FastAPI

from pricing.config import PricingSettings
from pricing.rules import allowed as price_allowed
from stock.config import StockSettings
from stock.rules import allowed as stock_allowed

app = FastAPI()


@app.get("/limits/{count}")
def limits(count: int) -> dict[str, bool]:
    return {
        "price": price_allowed(count, PricingSettings()),
        "stock": stock_allowed(count, StockSettings()),
    }
