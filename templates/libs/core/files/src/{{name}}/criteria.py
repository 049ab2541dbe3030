"""What a list is narrowed down to and how it is ordered, as plain values.

The API library reads them from a query, the database library turns them into
SQL; a domain port can take them without knowing either.
"""

from dataclasses import dataclass
from enum import StrEnum


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
