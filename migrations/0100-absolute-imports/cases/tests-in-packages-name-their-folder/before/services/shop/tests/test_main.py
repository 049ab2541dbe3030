from ..main import VALUE
from .helpers import two


def test_value():
    assert VALUE + 1 == two()
