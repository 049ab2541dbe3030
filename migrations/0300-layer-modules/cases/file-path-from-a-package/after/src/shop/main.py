from shop.domain.core.rules import prices


def answer():
    return prices()
