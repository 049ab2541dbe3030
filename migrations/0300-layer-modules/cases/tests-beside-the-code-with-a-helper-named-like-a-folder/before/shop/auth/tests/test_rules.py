from shop.auth.rules import is_long
from shop.tests.auth import PASSWORD


def test_rules() -> None:
    assert is_long(PASSWORD)
