def scale(n):
    return n * 3
