from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UP = Path(__file__).resolve().parents[1]


def prices():
    text = (ROOT / "config" / "prices.txt").read_text()
    return text, (UP / "config/prices.txt").read_text(), ROOT.joinpath("config").is_dir()
