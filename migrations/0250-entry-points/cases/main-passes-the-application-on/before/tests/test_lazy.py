from importlib import import_module


def test_lazy():
    from main import app as found

    assert found and import_module("main")
