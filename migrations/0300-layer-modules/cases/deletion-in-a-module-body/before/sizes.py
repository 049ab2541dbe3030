step = 4
DOUBLE = step * 2
del step


def half(n):
    return n // 2
