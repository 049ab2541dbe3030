from services.shop.rules import RATE


def answer():
    return RATE
