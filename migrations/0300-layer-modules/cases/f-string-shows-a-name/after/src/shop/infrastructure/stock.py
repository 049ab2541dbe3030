from shop.domain.models import FULL


def count(n):
    return FULL - n
