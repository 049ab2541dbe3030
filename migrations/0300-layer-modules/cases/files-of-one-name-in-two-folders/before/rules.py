RATE = 2


def apply(n):
    return n * RATE
