from pathlib import Path

from shop import total

DATA = Path(__file__).parent / "data" / "prices.txt"


def test_total(prices: list[int]) -> None:
    assert total(prices) == total([int(line) for line in DATA.read_text().split()])
