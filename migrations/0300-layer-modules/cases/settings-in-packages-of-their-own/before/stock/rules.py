from stock.config import StockSettings


def allowed(count: int, settings: StockSettings) -> bool:
    return count < settings.limit
