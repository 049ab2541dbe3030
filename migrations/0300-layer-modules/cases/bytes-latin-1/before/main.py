# vim: set fileencoding=iso-8859-1 :
import services  # thé


def answer():
    return services.total([]), ascii(services.CAFE)
