#!/usr/bin/env python3
"""Prints the prices. Started at the top of the repository."""
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "services/shop/src"))
from shop.domain.stock import prices


def forget():
    from shop.domain import stock

    stock.prices.clear()


print(prices)
forget()
print(prices)
