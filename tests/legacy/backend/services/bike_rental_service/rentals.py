from dataclasses import dataclass, field
from itertools import count
from typing import Optional

from shared.money import Money

_ids = count(1)


@dataclass
class Rental:
    bike: str
    dock: str
    id: int = field(default_factory=lambda: next(_ids))
    price: Optional[Money] = None


class RentalBook:
    def __init__(self):
        self._rentals = {}

    def start(self, bike, dock):
        rental = Rental(bike, dock)
        self._rentals[rental.id] = rental
        return rental

    def get(self, id):
        return self._rentals.get(id)

    def open(self):
        return [r for r in self._rentals.values() if r.price is None]

    def all(self):
        return list(self._rentals.values())

    def clear(self):
        self._rentals.clear()


rentals = RentalBook()
