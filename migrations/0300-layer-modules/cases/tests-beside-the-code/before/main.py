from core.rules import RATE


def answer():
    return RATE
