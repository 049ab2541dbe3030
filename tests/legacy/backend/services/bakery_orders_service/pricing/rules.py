"""Rules, applied in order. Registered by decorator."""

RULE_OF_THE_DAY = "none"
_rules = []


def rule(function):
    _rules.append(function)
    return function


@rule
def baker_dozen(price, items):
    # thirteen rolls for the price of twelve
    return price - 0.5 * (items.get("roll", 0) // 13)


@rule
def big_order(price, items):
    return price * 0.95 if price > 50 else price


def apply_rules(price, items):
    for one in _rules:
        price = one(price, items)
    return round(price, 2)
