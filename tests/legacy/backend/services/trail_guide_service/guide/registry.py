"""Who can describe what. Handlers register when their module is imported."""

from functools import singledispatch, wraps

HANDLERS = {}
audits = 0


class Step:
    """Subclasses are kept in the order of their definition."""

    kinds = []

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Step.kinds.append(cls)

    def __init__(self, **facts):
        self.__dict__.update(facts)


@singledispatch
def describe(step):
    return "walk"


def handles(kind):
    def keep(function):
        HANDLERS[kind] = function
        describe.register(kind)(function)
        return function

    return keep


def audited(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        global audits
        audits += 1
        return function(*args, **kwargs)

    return wrapper
