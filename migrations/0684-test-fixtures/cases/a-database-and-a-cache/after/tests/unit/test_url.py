import store


def test_url():
    assert store.URL
