"""Another service, which looks into the folder of the shop."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "shop") + "/src")
sys.path.append(os.path.dirname(__file__))

from report import dearest
from shop.domain.stock import price_of


def bill(item):
    return price_of(item), dearest()
