from main import page


def test_page():
    assert page(0, {"a": 1}) == ["a"]
