FULL = 10


def count(n):
    return FULL - n


def is_full(n):
    return n == FULL
