from unittest.mock import patch

import main
from main import app


@patch("main.app")
def test_items(fake):
    assert app is not main.app
