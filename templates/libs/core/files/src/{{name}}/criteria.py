"""What a list is narrowed down to and how it is ordered, as plain values.

The API library reads them from a query, the database library turns them into
SQL; a domain port can take them without knowing either. `select` meets them in
memory, as a database would.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress
from typing import Any, TypeVar

ItemT = TypeVar("ItemT")

ListPosition = tuple[object, ...]
"""Where a page ended: what its last item has in the fields of the complete order."""

ReadField = Callable[[Any, str], object]


class Operator(StrEnum):
    """How a field is compared."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    LESS = "lt"
    AT_MOST = "lte"
    GREATER = "gt"
    AT_LEAST = "gte"
    CONTAINS = "contains"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison.

    Attributes:
        field: Name of the field.
        operator: How it is compared.
        value: What it is compared with; a tuple for `IN`.
    """

    field: str
    operator: Operator
    value: object


@dataclass(frozen=True, slots=True)
class Order:
    """One field to sort by.

    Attributes:
        field: Name of the field.
        descending: Whether the largest comes first.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Criteria:
    """All conditions hold, and the first order counts most."""

    conditions: tuple[Condition, ...] = ()
    orders: tuple[Order, ...] = ()

    def complete_orders(self) -> tuple[Order, ...]:
        """Return the orders and then the id, so that no two are alike; newest first by default."""
        if not self.orders:
            return NEWEST_FIRST
        if any(order.field == "id" for order in self.orders):
            return self.orders
        return (*self.orders, Order("id"))

    def position_of(self, item: object, read: ReadField = getattr) -> ListPosition:
        """Return where a page that ends with an item ended."""
        return tuple(read(item, order.field) for order in self.complete_orders())


NEWEST_FIRST = (Order("created_at", descending=True), Order("id", descending=True))

_COMPARISONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: lambda value, wanted: value == wanted,
    Operator.NOT_EQUAL: lambda value, wanted: value != wanted,
    Operator.LESS: lambda value, wanted: value < wanted,
    Operator.AT_MOST: lambda value, wanted: value <= wanted,
    Operator.GREATER: lambda value, wanted: value > wanted,
    Operator.AT_LEAST: lambda value, wanted: value >= wanted,
    Operator.CONTAINS: lambda value, wanted: wanted.casefold() in value.casefold(),
    Operator.IN: lambda value, wanted: value in wanted,
}


def select(
    items: Iterable[ItemT],
    criteria: Criteria,
    *,
    after: ListPosition | None,
    limit: int,
    read: ReadField = getattr,
) -> list[ItemT]:
    """Return the items that meet criteria, in their order.

    As in a database, an item without a value meets no condition on it, and comes last
    in its order.

    Args:
        items: All of them.
        criteria: Which are wanted, and in which order.
        after: Where the page before ended.
        limit: Largest number of items.
        read: Returns the value that an item has in a field.
    """
    orders = criteria.complete_orders()
    found = [
        item for item in items if all(_meets(read(item, c.field), c) for c in criteria.conditions)
    ]
    for order in reversed(orders):
        found = _sorted(found, order, read)
    if after is not None:
        places = [criteria.position_of(item, read) for item in found]
        found = list(compress(found, (_is_behind(place, orders, after) for place in places)))
    return found[:limit]


def _meets(value: object, condition: Condition) -> bool:
    return value is not None and _COMPARISONS[condition.operator](value, condition.value)


def _sorted(items: list[ItemT], order: Order, read: ReadField) -> list[ItemT]:
    def key(item: ItemT) -> Any:  # noqa: ANN401 - whatever the field holds
        return read(item, order.field)

    present = [item for item in items if key(item) is not None]
    missing = [item for item in items if key(item) is None]
    return sorted(present, key=key, reverse=order.descending) + missing


def _is_behind(position: ListPosition, orders: tuple[Order, ...], after: ListPosition) -> bool:
    values: Iterable[tuple[Any, Any, Order]] = zip(position, after, orders, strict=True)
    for value, place, order in values:
        if value == place:
            continue
        if value is None or place is None:
            return value is None
        return bool(value < place if order.descending else value > place)
    return False
