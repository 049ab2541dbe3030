"""What routes depend on."""

from shop.domain import rates


def report(level):
    return f"{rates.rate(level):.1f}"
