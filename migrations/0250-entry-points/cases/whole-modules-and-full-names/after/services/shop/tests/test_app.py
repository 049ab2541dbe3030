from unittest.mock import patch

from shop import api as main
from shop.api import app
import shop.api as entry


def test_app():
    with patch("shop.api.app.title"):
        assert main.app is app is entry.app
