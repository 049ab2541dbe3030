from shop.presentation.api import routes
from shop.presentation.api.routes import show


def answer():
    return routes.show() == show(), show()
