#!/usr/bin/env python3
"""Prints the prices. Started at the top of the repository."""
from services.shop.stock import prices


def forget():
    from services.shop import stock

    stock.prices.clear()


print(prices)
forget()
print(prices)
