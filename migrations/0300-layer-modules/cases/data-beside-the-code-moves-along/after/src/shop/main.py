from shop.domain.pricing.rules import discount


def answer():
    return discount("tea")
