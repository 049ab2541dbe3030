"""What routes are given."""


def get_db():
    """Give a session."""
    yield None
