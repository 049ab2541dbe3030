from models import *


def answer():
    return price_of(Item())
