from shop.domain.models import RATE


def apply(n):
    return n * RATE
