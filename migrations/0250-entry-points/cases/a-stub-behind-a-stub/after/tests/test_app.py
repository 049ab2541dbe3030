from shop_app.factory import app


def test_app():
    assert app
