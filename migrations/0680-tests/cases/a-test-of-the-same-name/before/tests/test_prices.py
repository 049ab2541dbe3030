def test_prices() -> None:
    assert True
