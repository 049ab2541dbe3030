"""Fines: a quarter per day, capped."""

from dataclasses import dataclass
from datetime import datetime

GRACE_DAYS = 2


@dataclass
class FineCalculator:
    per_day: float
    cap: float
    grace: int = GRACE_DAYS

    def fine_for(self, due: datetime, now: datetime) -> float:
        late = (now - due).days - self.grace
        if late <= 0:
            return 0.0
        return min(self.cap, late * self.per_day)


def round_fine(amount: float) -> float:
    return round(amount * 20) / 20  # smallest coin is five cents
