from unittest.mock import patch

from shop.client import url


def test_url():
    with patch("shop.client.environ", {"TARGET_URL": "http://other"}):
        assert url() == "http://other"
