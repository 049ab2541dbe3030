from shop.infrastructure.pricing.rules import rules


def answer():
    return rules()
