import main


def test_by_name():
    assert getattr(main, "by_name")({}) == {}
