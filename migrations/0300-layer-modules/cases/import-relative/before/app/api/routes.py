from .. import services
from ..models import Item


def show():
    return services.total(), Item("d").name
