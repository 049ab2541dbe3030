"""What there is."""

from shop.domain.api import errors
from shop.presentation.api import views

__all__ = ("errors", "views")
