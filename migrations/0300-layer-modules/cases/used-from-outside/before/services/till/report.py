"""Finds the shop's modules because main.py of the same program looks there."""

from stock import prices


def dearest():
    return max(prices.values())
