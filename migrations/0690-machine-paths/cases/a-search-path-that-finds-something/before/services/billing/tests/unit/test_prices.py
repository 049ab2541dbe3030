import sys

sys.path.insert(0, "/home/somebody/demo/services/billing")
sys.path.append("/opt/elsewhere")

from prices import PRICES


def test_prices() -> None:
    assert PRICES
