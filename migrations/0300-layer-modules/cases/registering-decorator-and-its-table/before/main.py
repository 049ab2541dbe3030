import actions


def answer():
    return actions.COUNT, sorted(actions.known), actions.half(3)
