"""Docks and the bikes in them, from docks.json two folders up from nowhere in particular."""
import json
import os

_FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docks.json")
_docks = {}
CAPACITY = 3


class DockFull(Exception):
    pass


def load(path=_FILE):
    _docks.clear()
    with open(path) as handle:
        _docks.update(json.load(handle))


def names():
    if not _docks:
        load()
    return sorted(_docks)


def take(dock, bike):
    names()
    if bike in _docks.get(dock, []):
        _docks[dock].remove(bike)
        return True
    return False


def put(dock, bike):
    if len(_docks.setdefault(dock, [])) >= CAPACITY:
        raise DockFull(f"{dock} is full")
    _docks[dock].append(bike)
