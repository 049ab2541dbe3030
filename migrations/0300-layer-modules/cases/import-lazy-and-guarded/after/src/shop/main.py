from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.domain.models import Item

try:
    import speedups as adding
except ImportError:
    import shop.application.services as adding

try:
    from shop.infrastructure.repository import connect
except ImportError:
    connect = None


def answer() -> "list[Item]":
    from shop.domain.models import Item

    if items_are_kept(): from shop.infrastructure import repository; repository.connect().close()
    items = [Item("tea", 3), Item("bread")]
    return adding.total(items)


def items_are_kept():
    return connect is not None
