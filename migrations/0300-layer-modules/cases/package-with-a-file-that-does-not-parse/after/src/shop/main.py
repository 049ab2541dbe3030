from shop.domain.core import rules


def answer():
    return rules.RATE
