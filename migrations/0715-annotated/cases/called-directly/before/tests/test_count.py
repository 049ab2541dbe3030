import main as service


def test_total():
    assert service.total(store={"a": 1}) == 1
