import sizes


def answer():
    return sizes.DOUBLE, sizes.half(3)
