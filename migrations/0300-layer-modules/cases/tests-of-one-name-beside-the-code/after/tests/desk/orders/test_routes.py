from shop.presentation.desk.orders.routes import orders


def test_orders() -> None:
    assert orders() == []
