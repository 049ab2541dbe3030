from shop.main import NAME


def test_name():
    assert NAME
