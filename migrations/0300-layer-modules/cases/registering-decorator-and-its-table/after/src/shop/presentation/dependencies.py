"""What routes depend on."""


def half(n):
    return n // 2
