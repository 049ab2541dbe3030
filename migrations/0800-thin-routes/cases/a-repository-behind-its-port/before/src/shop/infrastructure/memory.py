"""Repositories in the memory of the process."""

from shop.domain.repositories import OrderRepository


class InMemoryOrderRepository:
    """Keeps orders in a dictionary."""

    def __init__(self) -> None:
        self._kept = {}

    def count(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def save(self, key: int, value: str) -> None:
        """Keep one under this key."""
        self._kept[key] = value


order_repository: OrderRepository = InMemoryOrderRepository()
