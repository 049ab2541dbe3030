"""The guide. Parts are loaded when they are asked for."""

import importlib

_LAZY = {"maps": "guide.maps", "Compass": "guide.maps:Compass"}


def __getattr__(name):
    try:
        module, _, attribute = _LAZY[name].partition(":")
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    loaded = importlib.import_module(module)
    return getattr(loaded, attribute) if attribute else loaded


def __dir__():
    return sorted({*globals(), *_LAZY})
