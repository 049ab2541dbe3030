import os
import shop.infrastructure.reader as txt

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def first():
    return txt.read(os.path.join(HERE, "prices.txt"))
