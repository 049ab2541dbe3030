from shop.domain.store import (  # what we need
    models,  # the things
    # served:
)
from shop.infrastructure.store import repository, routes
from shop.application.store import services
from shop.domain.store.models import \
    Item, \
    Item as Thing


def answer():
    return services.total([models.Item("a"), Item("b"), Thing("c")]), routes.ROUTES, repository.PATH
