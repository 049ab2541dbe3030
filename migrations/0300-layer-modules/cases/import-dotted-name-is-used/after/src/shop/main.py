import shop.infrastructure.core.names
import shop.domain.core.prices.rules
import os.path, shop.domain.core.prices.rules as rules


def answer():
    shop.infrastructure.core.names.NAMES["tea"] = shop.domain.core.prices.rules.RATE
    return shop.domain.core.prices.rules.tax(300), rules.RATE, sorted(shop.infrastructure.core.names.NAMES), os.path.sep
