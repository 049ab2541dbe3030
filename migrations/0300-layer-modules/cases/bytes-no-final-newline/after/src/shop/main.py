def answer():
    return models.Item("a").name, routes.ROUTES


from shop.domain.store import models
from shop.infrastructure.store import routes