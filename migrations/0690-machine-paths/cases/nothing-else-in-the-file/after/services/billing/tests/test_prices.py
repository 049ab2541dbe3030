import os
import sys


from billing.prices import PRICES


def test_prices() -> None:
    assert PRICES and os and sys
