from unittest.mock import patch

from shop.main import root


def test_root():
    with patch("shop.main.patched"):
        root()
