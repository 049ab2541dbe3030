import state


def answer():
    state.counter = 5
    return state.count(), state.counter, state.__name__.split(".")[-1]
