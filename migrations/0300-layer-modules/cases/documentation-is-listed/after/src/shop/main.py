from shop.application import services


def answer():
    return services.total([])
