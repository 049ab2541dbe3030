import math

BASE = 2


def rate(level):
    return BASE * math.sqrt(level)
