import shop.domain.core.names
import shop.domain.core.prices.rules
import os.path, shop.domain.core.prices.rules as rules


def answer():
    shop.domain.core.names.NAMES["tea"] = shop.domain.core.prices.rules.RATE
    return shop.domain.core.prices.rules.tax(300), rules.RATE, sorted(shop.domain.core.names.NAMES), os.path.sep
