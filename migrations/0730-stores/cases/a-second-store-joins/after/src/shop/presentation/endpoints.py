"""What the shop answers."""

from shop.domain.repositories import VisitRepository
from shop.infrastructure.memory import InMemoryVisitRepository

orders = {}
prices: dict[str, int] = {}
price_repository = None
visits: dict[str, int] = {}
visit_repository: VisitRepository = InMemoryVisitRepository(visits)


def keep(number, order):
    orders[number] = order
    prices[number] = order
    visit_repository.save(number, order)
    return visit_repository.by_key()
