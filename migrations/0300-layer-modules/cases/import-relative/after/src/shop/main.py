from shop.application.api import routes
from shop.application.api.routes import show


def answer():
    return routes.show() == show(), show()
