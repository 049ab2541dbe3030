known = {}


def register(function):
    known[function.__name__] = function
    return function


@register
def start(n):
    return n
