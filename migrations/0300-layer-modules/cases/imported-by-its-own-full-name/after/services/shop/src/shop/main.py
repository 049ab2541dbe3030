from shop.domain.rules import RATE


def answer():
    return RATE
