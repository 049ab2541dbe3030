import shelf
from shelf.main import app


def test_version() -> None:
    assert app.version == shelf.__version__ == "0.1.0"
