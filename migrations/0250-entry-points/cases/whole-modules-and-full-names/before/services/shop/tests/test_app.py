from unittest.mock import patch

from shop import main
from shop.main import app
import shop.main as entry


def test_app():
    with patch("shop.main.app.title"):
        assert main.app is app is entry.app
