from pathlib import Path

HERE = Path(__file__).parent
ROOT = Path(__file__).resolve().parent
DATA = HERE / "data"
PRICES = Path(__file__).parent / "data" / "prices.txt"
JOINED = Path(__file__).parent.joinpath("data", "prices.txt")
SIBLING = Path(__file__).parents[0] / "data/prices.txt"


def answer():
    paths = [DATA / "prices.txt", PRICES, JOINED, SIBLING, ROOT / "data/prices.txt"]
    return [path.read_text() for path in paths]
