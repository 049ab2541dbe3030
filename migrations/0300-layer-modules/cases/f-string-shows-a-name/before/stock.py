FULL = 10


def count(n):
    return FULL - n
