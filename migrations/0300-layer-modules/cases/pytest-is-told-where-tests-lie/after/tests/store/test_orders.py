from shop.presentation.api.v1.endpoints import orders


def test_there_are_no_orders() -> None:
    assert orders() == []
