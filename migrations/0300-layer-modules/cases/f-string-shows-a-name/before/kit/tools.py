LIMIT = 3
names = {"a": 1}


def load(n):
    return n + LIMIT
