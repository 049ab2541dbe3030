import store
from shop.infrastructure.store import add


def show():
    print "items", store.items
