from desk.users.routes import users


def test_users() -> None:
    assert users() == []
