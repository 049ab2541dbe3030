"""Models of the station. Imported with a star, so mind what is imported here."""

from datetime import datetime
from enum import Enum
from typing import Any, Dict, List, Optional

from pydantic import BaseModel, Field


class Quantity(str, Enum):
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"


class ReadingIn(BaseModel):
    station: str
    value: float


class Reading(ReadingIn):
    quantity: Quantity = Quantity.TEMPERATURE
    taken_at: datetime = Field(default_factory=datetime.now)


class ForecastOut(BaseModel):
    station: str
    next_value: float
    based_on: int
