import store
from store import add


def show():
    print "items", store.items
