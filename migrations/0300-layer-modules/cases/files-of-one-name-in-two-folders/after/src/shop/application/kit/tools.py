from shop.domain.kit.models import WIDTH


def cut(n):
    return n - WIDTH
