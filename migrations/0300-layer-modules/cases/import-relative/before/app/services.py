from . import models
from .models import Item
from.models import Item as Thing


def total():
    return sum(item.price for item in [models.Item("a"), Item("b"), Thing("c")])
