import store


def test_engine():
    assert store.engine
