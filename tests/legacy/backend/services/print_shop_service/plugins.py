"""Papers are named in config/papers.yaml as dotted paths."""

import importlib

import yaml

_loaded = {}


def _table():
    with open("config/papers.yaml") as handle:
        return yaml.safe_load(handle)["papers"]


def names():
    return sorted(_table())


def paper(name):
    if name not in _loaded:
        try:
            path = _table()[name]
        except KeyError:
            raise LookupError(f"no paper {name}")
        module, _, attribute = path.rpartition(".")
        _loaded[name] = getattr(importlib.import_module(module), attribute)()
    return _loaded[name]


def forget():
    _loaded.clear()
