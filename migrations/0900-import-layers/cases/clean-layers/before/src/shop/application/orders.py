from shop.domain.models import Order


def count() -> int:
    return Order.count
