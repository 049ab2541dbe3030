try:
    from shop.application.use_cases import width
except ImportError:
    width = None


def box(n):
    return width(n)
