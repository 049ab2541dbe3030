from shop.config import ORDERS_URL


def orders() -> str:
    return ORDERS_URL
