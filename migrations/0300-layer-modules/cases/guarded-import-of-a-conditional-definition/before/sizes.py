import sys


def scale(n):
    return n * 3


if sys.version_info >= (3, 8):

    def width(n):
        return n + 1

else:

    def width(n):
        return n + 2
