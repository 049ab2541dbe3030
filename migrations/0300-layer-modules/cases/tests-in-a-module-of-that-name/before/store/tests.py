from store.main import orders


def test_there_are_no_orders() -> None:
    assert orders() == []
