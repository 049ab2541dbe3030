from pathlib import Path

DATA = Path(__file__).parent / "data.txt"


def size(n):
    return n + len(DATA.read_text())


def area(n):
    return n * n


def rim(n):
    return 4 * n


def diagonal(n):
    return n * 2**0.5
