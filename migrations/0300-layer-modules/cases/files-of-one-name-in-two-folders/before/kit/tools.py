WIDTH = 2


def cut(n):
    return n - WIDTH
