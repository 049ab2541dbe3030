def test_alone() -> None:
    assert True
