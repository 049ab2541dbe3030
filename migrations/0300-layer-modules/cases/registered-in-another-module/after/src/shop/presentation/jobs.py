from shop.presentation.registry import register

FACTOR = 2


@register("double")
def double(n):
    return n * FACTOR


def half(n):
    return n // 2
