import json
from importlib import resources


def known_kinds():
    """The catalogue ships with the package."""
    text = resources.files('plant_swap').joinpath('data/kinds.json').read_text(encoding='utf-8')
    return json.loads(text)


def is_known(kind):
    return kind in known_kinds()