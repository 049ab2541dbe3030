import shop
from shop.main import app


def test_version() -> None:
    assert app.version == shop.__version__ == "0.1.0"
