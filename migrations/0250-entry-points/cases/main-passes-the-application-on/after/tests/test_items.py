from unittest.mock import patch

import api as main
from api import app


@patch("api.app")
def test_items(fake):
    assert app is not main.app
