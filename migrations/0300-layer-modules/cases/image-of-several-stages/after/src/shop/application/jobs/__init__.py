import dramatiq

from shop.infrastructure.common.prices import price


@dramatiq.actor
def watch(name: str) -> None:
    price(name)
