import store
from store import Item, total


def answer():
    store.connect().close()
    return total([Item("a"), store.Item("b")]), store.__all__
