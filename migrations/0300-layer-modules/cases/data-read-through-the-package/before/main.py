from pricing.rules import rules


def answer():
    return rules()
