"""Units.

>>> to_feet(1000)
3281
>>> to_miles(10)
6.2
"""

FEET = 3.2808


def to_feet(metres, *, factor=FEET):
    return round(metres * factor)


def to_miles(km):
    return round(km * 0.6214, 1)
