from core.rules import prices


def answer():
    return prices()
