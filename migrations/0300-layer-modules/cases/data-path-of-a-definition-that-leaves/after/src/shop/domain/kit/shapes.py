def area(n):
    return n * n


def rim(n):
    return 4 * n


def diagonal(n):
    return n * 2**0.5
