"""Bikes that were rented often go to the workshop."""
from collections import Counter

try:
    from shared import clock
except ImportError:
    from backend.shared import clock

EVERY = 3
_workshop = {}


def due(book):
    trips = Counter(rental.bike for rental in book.all())
    return sorted(bike for bike, n in trips.items() if n >= EVERY and bike not in _workshop)


def take_in(bike):
    _workshop[bike] = clock.now()
    return _workshop[bike]
