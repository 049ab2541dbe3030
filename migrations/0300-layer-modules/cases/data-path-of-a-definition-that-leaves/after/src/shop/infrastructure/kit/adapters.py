"""Adapters to the outside."""

from pathlib import Path

DATA = Path(__file__).parents[2] / "domain/kit/data.txt"


def size(n):
    return n + len(DATA.read_text())
