import shop.domain.core.rules
from shop.domain.core import rules


def answer():
    return rules.RATE, shop.domain.core.rules.RATE
