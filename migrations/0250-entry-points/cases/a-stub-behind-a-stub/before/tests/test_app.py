from asgi import app


def test_app():
    assert app
