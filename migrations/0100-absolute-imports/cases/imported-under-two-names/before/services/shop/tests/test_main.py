from shop.main import ITEM


def test_item():
    assert ITEM
