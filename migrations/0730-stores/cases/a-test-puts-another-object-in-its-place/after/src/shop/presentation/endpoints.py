"""What the shop answers."""

from shop.domain.repositories import PriceRepository
from shop.infrastructure.memory import InMemoryPriceRepository

orders = {}
prices = {}
price_repository: PriceRepository = InMemoryPriceRepository(prices)


def keep(number, order):
    orders[number] = order
    price_repository.save(number, order)
