from shop.domain.store import models  # all of it
from shop.infrastructure.store import repository, routes as served
from shop.application.store import services


def answer():
    from shop.domain.store import models as m; from shop.infrastructure.store import routes; served.ROUTES.append("/x")
    item = models.Item("tea")
    return services.total([item]), served.ROUTES, routes.ROUTES, m.Item("b").name, repository.PATH
