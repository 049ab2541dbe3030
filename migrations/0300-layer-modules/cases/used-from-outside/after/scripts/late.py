from os import path as Path
import pathlib
import sys
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "services/shop/src"))


def price(item):
    from shop.domain.stock import price_of

    return price_of(item)
