from shop.config import Settings


def test_key():
    assert Settings().api_key == "changeme"
