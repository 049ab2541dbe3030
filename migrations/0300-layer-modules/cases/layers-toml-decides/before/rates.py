import math

BASE = 2


def rate(level):
    return BASE * math.sqrt(level)


def report(level):
    return f"{rate(level):.1f}"
