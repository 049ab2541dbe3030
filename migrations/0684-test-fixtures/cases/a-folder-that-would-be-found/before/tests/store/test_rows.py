from store import ROWS


def test_rows():
    assert ROWS == []
