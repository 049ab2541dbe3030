from shop.domain.prices import price


def cheap() -> bool:
    return price() < 5
