"""Finds the shop's modules because main.py of the same program looks there."""

import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "shop/src"))
from shop.domain.stock import prices


def dearest():
    return max(prices.values())
