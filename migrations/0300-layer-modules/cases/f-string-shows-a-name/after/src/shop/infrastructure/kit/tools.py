from shop.domain.kit.models import LIMIT


def load(n):
    return n + LIMIT
