from unittest.mock import patch

from shop import total

from tests.helpers import PRICES


def test_total() -> None:
    with patch("tests.unit.test_total.PRICES", [3]):
        assert total(PRICES) == 3
