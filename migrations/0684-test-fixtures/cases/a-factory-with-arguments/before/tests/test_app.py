import main


def test_title():
    assert main.create_app("a").title == "a"
