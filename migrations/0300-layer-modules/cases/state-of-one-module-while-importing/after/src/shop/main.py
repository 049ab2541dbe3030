from shop.application import numbers_given
from shop.presentation import dependencies


def answer():
    return numbers_given.FIRST, numbers_given.SECOND, numbers_given.DRAWN, dependencies.label(5)
