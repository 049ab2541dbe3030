from unittest.mock import patch

from shop import total

from .helpers import PRICES


def test_total() -> None:
    with patch("tests.test_total.PRICES", [3]):
        assert total(PRICES) == 3
