from pathlib import Path

HERE = Path(__file__).parents[2]
ROOT = Path(__file__).resolve().parents[2]
DATA = HERE / "data"
PRICES = Path(__file__).parents[2] / "data" / "prices.txt"
JOINED = Path(__file__).parents[2].joinpath("data", "prices.txt")
SIBLING = Path(__file__).parents[2] / "data/prices.txt"


def answer():
    paths = [DATA / "prices.txt", PRICES, JOINED, SIBLING, ROOT / "data/prices.txt"]
    return [path.read_text() for path in paths]
