FULL = 10


def is_full(n):
    return n == FULL
