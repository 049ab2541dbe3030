import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))


def test_prices() -> None:
    assert True
