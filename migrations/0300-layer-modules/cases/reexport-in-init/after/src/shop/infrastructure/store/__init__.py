"""Everything that is for sale."""

from shop.domain.store.models import Item
from .repository import connect
from shop.application.store.services import total

__all__ = ["Item", "connect", "total"]
