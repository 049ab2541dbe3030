from shop.domain import models
from shop.domain.models import Item


def make(name):
    return Item(name)


def total():
    return make("a").price + models.Item("b").price
