from datetime import datetime

from ..models import Event
from .base import Carrier


class PigeonCarrier(Carrier):
    name = "pigeon"

    async def news(self, number):
        if number.endswith("0"):
            return []
        return [Event(place="loft", at=datetime(2024, 5, 1), final=True)]
