from sizes import scale

try:
    from sizes import width
except ImportError:
    width = None


def box(n):
    return width(n)


def big(n):
    return scale(n)
