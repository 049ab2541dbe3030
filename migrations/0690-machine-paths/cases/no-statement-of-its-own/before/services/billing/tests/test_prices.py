import sys

if True:
    sys.path.insert(0, "/home/somebody/demo/services/billing")


def test_prices() -> None:
    assert True
