from shop.helpers import fetch


def load():
    from shop.infrastructure.store import Store

    return fetch(Store)
