from pricing.rules import discount


def answer():
    return discount("tea")
