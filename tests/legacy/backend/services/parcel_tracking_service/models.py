from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import List, Optional

from pydantic import BaseModel


class ParcelStatus(str, Enum):
    ANNOUNCED = "announced"
    MOVING = "moving"
    DELIVERED = "delivered"
    LOST = "lost"


class Parcel(BaseModel):
    number: str
    carrier: str
    status: ParcelStatus = ParcelStatus.ANNOUNCED
    events: List[Event] = []
    parent: Optional["Parcel"] = None
    misses: int = 0


class Event(BaseModel):
    place: str
    at: datetime
    final: bool = False


Parcel.model_rebuild()
