"""Prices."""



from billing.prices import PRICES


def test_prices() -> None:
    assert PRICES
