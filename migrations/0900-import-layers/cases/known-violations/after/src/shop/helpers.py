from shop.presentation import routes


def fetch(store):
    return routes, store
