from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
UP = Path(__file__).resolve().parents[4]


def prices():
    text = (ROOT / "config" / "prices.txt").read_text()
    return text, (UP / "config/prices.txt").read_text(), ROOT.joinpath("config").is_dir()
