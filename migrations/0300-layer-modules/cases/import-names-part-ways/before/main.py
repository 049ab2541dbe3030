from store import models, repository, routes as served, services  # all of it


def answer():
    from store import models as m, routes; served.ROUTES.append("/x")
    item = models.Item("tea")
    return services.total([item]), served.ROUTES, routes.ROUTES, m.Item("b").name, repository.PATH
