from conftest import ROWS


def test_rows():
    assert ROWS == []
