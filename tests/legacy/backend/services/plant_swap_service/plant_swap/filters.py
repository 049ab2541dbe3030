"""Jinja filters."""

from datetime import date


def plural(count, word):
    return f'{count} {word}' if count == 1 else f'{count} {word}s'


def until(day):
    if day is None:
        return 'any time'
    return f'{(day - date.today()).days} days'


def register(env):
    env.filters['plural'] = plural
    env.filters['until'] = until
    env.globals['brand'] = 'Plant swap'
