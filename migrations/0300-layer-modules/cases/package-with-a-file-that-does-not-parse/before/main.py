from core import rules


def answer():
    return rules.RATE
