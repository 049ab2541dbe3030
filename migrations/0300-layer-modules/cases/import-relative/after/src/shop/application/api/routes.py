from .. import services
from shop.domain.models import Item


def show():
    return services.total(), Item("d").name
