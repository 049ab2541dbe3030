from shop.domain.auth.rules import is_long
from tests.tests.auth import PASSWORD


def test_rules() -> None:
    assert is_long(PASSWORD)
