"""A clock that tests can stop."""
from datetime import datetime, timezone

_frozen = None


def now():
    return _frozen or datetime.now(timezone.utc)


def freeze(moment):
    global _frozen
    _frozen = moment


def thaw():
    freeze(None)
