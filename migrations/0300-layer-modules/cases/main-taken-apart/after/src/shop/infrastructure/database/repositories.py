"""Stores and database access."""

from typing import Dict

from shop.domain.models import Order

# Kept here until there is a database.
orders: Dict[int, Order] = {}
