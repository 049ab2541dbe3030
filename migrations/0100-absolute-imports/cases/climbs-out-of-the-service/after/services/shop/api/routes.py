from services.util.text import shout
from services.shop.main import answer


def route():
    return shout("x") + answer()
