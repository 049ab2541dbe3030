"""Rules and calculations of the domain."""

from contextlib import contextmanager

from shop.domain.models import LIMIT


@contextmanager
def limited():
    yield LIMIT
