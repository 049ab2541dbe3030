# vim: set fileencoding=iso-8859-1 :
from shop.application import services  # thé


def answer():
    return services.total([]), ascii(services.CAFE)
