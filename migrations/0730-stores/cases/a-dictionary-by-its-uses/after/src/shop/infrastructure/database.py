"""Where orders are."""

from typing import Dict

from shop.domain.models import Order
from shop.domain.repositories import OrderRepository
from shop.infrastructure.memory import InMemoryOrderRepository

orders_db: Dict[str, Order] = {}  # by number
order_repository: OrderRepository = InMemoryOrderRepository(orders_db)
