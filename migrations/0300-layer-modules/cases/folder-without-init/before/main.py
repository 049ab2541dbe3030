import core.rules
from core import rules


def answer():
    return rules.RATE, core.rules.RATE
