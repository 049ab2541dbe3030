from shop.domain.pricing.rules import rules


def answer():
    return rules()
