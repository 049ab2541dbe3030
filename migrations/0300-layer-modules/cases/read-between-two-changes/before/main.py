import rules


def answer():
    return rules.total, rules.items, rules.longest()
