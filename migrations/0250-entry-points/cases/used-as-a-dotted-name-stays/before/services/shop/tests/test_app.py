import shop.main


def test_app():
    assert shop.main.app
