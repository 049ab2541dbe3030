"""What routes depend on."""

from shop.application import numbers_given


def label(n):
    return f"{n} of {numbers_given.count}"
