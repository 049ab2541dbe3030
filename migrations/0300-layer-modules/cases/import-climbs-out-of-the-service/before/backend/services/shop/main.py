from ...common import clock
from ...common.clock import now


def answer():
    return now() + clock.now()
