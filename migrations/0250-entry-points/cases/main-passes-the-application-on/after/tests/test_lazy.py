from importlib import import_module


def test_lazy():
    from api import app as found

    assert found and import_module("api")
