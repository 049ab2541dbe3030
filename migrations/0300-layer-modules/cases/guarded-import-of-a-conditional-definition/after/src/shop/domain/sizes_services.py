"""Rules and calculations of the domain."""


def scale(n):
    return n * 3
