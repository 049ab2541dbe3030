"""The API."""

from api.parcels import router

__all__ = ["router"]
