from prices import price


def cheap() -> bool:
    return price() < 5
