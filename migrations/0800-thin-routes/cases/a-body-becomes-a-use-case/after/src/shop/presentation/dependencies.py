cache = {}


def get_store():
    return cache
