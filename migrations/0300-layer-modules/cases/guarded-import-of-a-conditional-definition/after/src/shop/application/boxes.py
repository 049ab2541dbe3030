try:
    from shop.application.sizes import width
except ImportError:
    width = None


def box(n):
    return width(n)
