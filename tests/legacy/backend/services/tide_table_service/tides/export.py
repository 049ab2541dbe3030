"""Formats are registered by name. Some names are made at import time."""
import json
from importlib import import_module

FORMATS = {}

LIMITS = (("micro", 2.0), ("meso", 4.0))
for _name, _limit in LIMITS:
    globals()[f"is_{_name}"] = lambda span, limit=_limit: span < limit
del _name, _limit


def classify(span):
    if is_micro(span):
        return "micro"
    return "meso" if is_meso(span) else "macro"


def register(name):
    def keep(function):
        FORMATS[name] = function
        return function
    return keep


@register("json")
def as_json(harbour, rows):
    return [{"at": at.isoformat(), "height": height} for at, height in rows]


@register("csv")
def as_csv(harbour, rows):
    header = import_module("tides.constants").UNIT
    return "\n".join([f"time,height in {header}"] + [f"{at:%H:%M},{height}" for at, height in rows])


def export(format, harbour, rows):
    if format not in FORMATS:
        return {"error": "unknown format", "known": sorted(FORMATS)}
    return FORMATS[format](harbour, rows)


def dump(path, harbour, rows):
    with open(path, "w") as f:
        json.dump(as_json(harbour, rows), f)
