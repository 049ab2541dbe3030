def test_routes() -> None:
    assert True
