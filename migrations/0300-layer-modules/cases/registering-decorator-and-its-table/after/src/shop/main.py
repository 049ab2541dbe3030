from shop.domain import actions
from shop.infrastructure.database import repositories
from shop.presentation import dependencies


def answer():
    return actions.COUNT, sorted(repositories.known), dependencies.half(3)
