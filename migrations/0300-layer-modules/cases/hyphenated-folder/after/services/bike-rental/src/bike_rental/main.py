from bike_rental.application import services


def answer():
    return services.total([])
