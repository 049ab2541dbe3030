from .rules import RATE


def test_rate():
    assert RATE == 7
