"""Adapters to the outside."""


def half(n):
    return n // 2
