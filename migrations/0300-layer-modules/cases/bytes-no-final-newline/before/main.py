def answer():
    return models.Item("a").name, routes.ROUTES


from store import models, routes