import stock

LIMIT = 3


def total(n):
    return stock.count(n) + LIMIT


def answer():
    return total(2)
