from helpers import PRICES


def test_prices() -> None:
    assert PRICES
