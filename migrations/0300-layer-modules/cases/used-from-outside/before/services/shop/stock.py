prices = {"tea": 3}


def price_of(item):
    return prices[item]
