import importlib

from shop import main


def test_reload():
    assert importlib.reload(main).price() == 3
