import os
import sys

sys.path.append("/home/somebody/demo/services/billing/")

from billing.prices import PRICES


def test_prices() -> None:
    assert PRICES and os and sys
