from main import count as counted


def test_count():
    assert counted(store={}, most=3)[0] == {}
