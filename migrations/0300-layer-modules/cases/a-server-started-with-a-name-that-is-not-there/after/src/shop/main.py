"""The API."""

from shop.presentation.parcels import router

__all__ = ["router"]
