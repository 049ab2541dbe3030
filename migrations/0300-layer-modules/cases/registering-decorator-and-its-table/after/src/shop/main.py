from shop.infrastructure import actions
from shop.domain import models
from shop.presentation import dependencies


def answer():
    return models.COUNT, sorted(actions.known), dependencies.half(3)
