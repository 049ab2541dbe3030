"""Parcel Tracking Service."""

from .models import Parcel, ParcelStatus
from .tracker import Tracker

__all__ = ["Parcel", "ParcelStatus", "Tracker", "__version__"]
__version__ = "0.9.3"
