from shop.domain.core.rules import RATE


def answer():
    return RATE
