"""Prices."""

import sys

sys.path.insert(0, "/home/somebody/demo/services/billing")

from billing.prices import PRICES


def test_prices() -> None:
    assert PRICES
