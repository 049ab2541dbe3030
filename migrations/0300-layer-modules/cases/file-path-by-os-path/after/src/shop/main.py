import os
from os.path import abspath, dirname, join

HERE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
BASE_DIR = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(BASE_DIR, "data")
PRICES = join(dirname(dirname(dirname(abspath(__file__)))), "data", "prices.txt")
REAL = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))), "data/prices.txt")
PLUS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + "/data/prices.txt"
FORMAT = f"{BASE_DIR}/data/prices.txt"


def answer():
    paths = [os.path.join(HERE, "data", "prices.txt"), os.path.join(DATA, "prices.txt"), PRICES, REAL, PLUS, FORMAT]
    return [open(path).read() for path in paths]
