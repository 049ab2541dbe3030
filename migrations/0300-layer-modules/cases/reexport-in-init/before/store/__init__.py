"""Everything that is for sale."""

from .models import Item
from .repository import connect
from store.services import total

__all__ = ["Item", "connect", "total"]
