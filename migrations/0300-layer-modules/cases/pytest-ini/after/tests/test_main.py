from shop.main import run


def test_run():
    assert run() == 0
