from .models import Item

ITEMS = []


def save(item: Item):
    ITEMS.append(item)


def load():
    return [item.name for item in ITEMS]
