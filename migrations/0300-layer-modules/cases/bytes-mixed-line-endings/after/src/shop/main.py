from shop.domain.store import models
from shop.infrastructure.store import routes
import sys


def answer():
    from shop.domain.store import models
    from shop.infrastructure.store import routes
    return models.Item("a").name, routes.ROUTES
