RATE = 7


def tax(price):
    return price * RATE // 100
