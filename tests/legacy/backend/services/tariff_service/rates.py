"""The rates. Imported by bike_rental_service and by whoever is in a hurry."""

from __future__ import annotations

from ...shared import clock
from ...shared.money import Money, crowns
from .errors import UnknownRate
from .settings import get_settings

__all__ = ["RateBook", "Rate", "default_book", "price_for"]


class Rate:
    def __init__(self, name: str, start: Money, per_minute: Money):
        self.name = name
        self.start = start
        self.per_minute = per_minute

    def for_minutes(self, minutes: float, factor: float = 1.0) -> Money:
        return (self.start + self.per_minute.times(minutes)).times(factor)


class RateBook:
    def __init__(self, rates: list[Rate]):
        self._rates = {rate.name: rate for rate in rates}

    def __len__(self) -> int:
        return len(self._rates)

    def __iter__(self):
        return iter(sorted(self._rates))

    def find(self, name: str) -> Rate:
        try:
            return self._rates[name]
        except KeyError as exc:
            raise UnknownRate(name) from exc


def default_book() -> RateBook:
    return RateBook(
        [
            Rate("bike", crowns(1), crowns(0.05)),
            Rate("cargo", crowns(2), crowns(0.12)),
        ]
    )


def rush_factor() -> float:
    settings = get_settings()
    return settings.rush_factor if clock.now().hour in settings.rush_hours else 1.0


def price_for(name: str, minutes: float, book: RateBook = default_book()) -> Money:
    return book.find(name).for_minutes(minutes, rush_factor())
