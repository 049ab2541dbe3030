from os import path as Path


def price(item):
    from services.shop.stock import price_of

    return price_of(item)
