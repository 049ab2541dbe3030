import sys


if sys.version_info >= (3, 8):

    def width(n):
        return n + 1

else:

    def width(n):
        return n + 2
