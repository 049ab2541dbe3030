from shop.application import boxes
from shop.domain import services
from shop.application import sizes


def answer():
    return boxes.box(1), services.big(2), sizes.width(3)
