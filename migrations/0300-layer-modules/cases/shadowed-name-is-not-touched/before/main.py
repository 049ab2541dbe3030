import services


def answer(services=services, *, items=()):
    def inner(services):
        return services

    return services.total(items), inner("services"), {"services": 1}, [services for services in "ab"]
