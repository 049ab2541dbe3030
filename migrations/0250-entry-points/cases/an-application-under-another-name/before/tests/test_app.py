from main import application


def test_app():
    assert application
