from shop.models import Item
from .parts import PART


def run(item: Item):
    return item.name + PART
