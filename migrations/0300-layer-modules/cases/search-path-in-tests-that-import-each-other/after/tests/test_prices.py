from tests.helpers.orders import cheap


def test_it_is_cheap() -> None:
    assert cheap()
