from shop.application import stock
from shop.infrastructure import adapters

stock.shelves.append("back")


def ordered():
    return adapters.count()
