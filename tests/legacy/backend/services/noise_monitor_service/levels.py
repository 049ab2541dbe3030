"""Levels in decibel. Means are taken on the energy, not on the number."""

import math
from enum import Enum


class Level(Enum):
    QUIET = "quiet"
    NORMAL = "normal"
    ALARM = "alarm"


def classify(decibel, quiet=False):
    limit = 55 if quiet else 75
    if decibel >= limit:
        return Level.ALARM
    return Level.QUIET if decibel < 40 else Level.NORMAL


def mean_level(values):
    energy = sum(10 ** (value / 10) for value in values) / len(values)
    return round(10 * math.log10(energy), 1)
