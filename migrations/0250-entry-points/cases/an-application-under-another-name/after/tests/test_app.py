from api import app as application


def test_app():
    assert application
