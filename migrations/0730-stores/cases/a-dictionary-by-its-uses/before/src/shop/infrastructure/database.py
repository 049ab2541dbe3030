"""Where orders are."""

from typing import Dict

from shop.domain.models import Order

orders_db: Dict[str, Order] = {}  # by number
