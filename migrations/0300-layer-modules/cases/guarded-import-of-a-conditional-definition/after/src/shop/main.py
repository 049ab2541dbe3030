from shop.application import boxes
from shop.domain import services
from shop.application import use_cases


def answer():
    return boxes.box(1), services.big(2), use_cases.width(3)
