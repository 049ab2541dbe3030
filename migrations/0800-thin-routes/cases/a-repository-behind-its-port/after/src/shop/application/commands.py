"""Use cases that change something."""

from shop.domain.repositories import OrderRepository


def keep(number: int, name: str, *, order_repository: OrderRepository) -> int:
    """Keep an order."""
    order_repository.save(number, name.strip())
    return order_repository.count()
