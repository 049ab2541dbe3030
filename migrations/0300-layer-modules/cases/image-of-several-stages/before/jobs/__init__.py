import dramatiq

from common.prices import price


@dramatiq.actor
def watch(name: str) -> None:
    price(name)
