from datetime import datetime


def is_quiet(at=None):
    at = at or datetime.now()
    return at.hour >= 22 or at.hour < 6
