"""Rules and calculations of the domain."""


def area(n):
    return n * n
