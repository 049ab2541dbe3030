from backend.common import clock
from backend.common.clock import now


def answer():
    return now() + clock.now()
