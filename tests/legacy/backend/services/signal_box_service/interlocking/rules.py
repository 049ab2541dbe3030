from models import Aspect

# signals that must never be clear together
CONFLICTS = {"A": {"B", "C"}, "B": {"A"}, "C": {"A"}}


class Conflict(Exception):
    pass


def check(name, aspect, state):
    if aspect is not Aspect.CLEAR:
        return
    for other in sorted(CONFLICTS.get(name, ())):
        if state.get(other) is Aspect.CLEAR:
            raise Conflict(f"{name} against {other}")
