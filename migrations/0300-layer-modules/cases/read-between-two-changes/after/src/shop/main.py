from shop.domain import rules
from shop.infrastructure import adapters


def answer():
    return rules.total, rules.items, adapters.longest()
