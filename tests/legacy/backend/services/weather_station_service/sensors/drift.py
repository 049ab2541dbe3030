# constants from the calibration of the three masts
OFFSETS = {"hill": -0.5, "mill": 0.25}


def correct(station, value):
    return value + OFFSETS.get(station, 0.0)
