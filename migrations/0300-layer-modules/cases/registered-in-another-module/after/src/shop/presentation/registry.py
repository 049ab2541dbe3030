from shop.infrastructure.database.repositories import known


def register(name):
    def decorate(function):
        known[name] = function
        return function

    return decorate
