"""Types of columns that keep more than the database does by itself."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, String, TypeDecorator
from sqlalchemy.types import TypeEngine


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number with 12 digits before and 6 after the point, also in SQLite.

    SQLite has binary fractions only; there the digits are kept as text.
    """

    impl = Numeric(18, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database keeps."""
        kept: TypeEngine[Any] = String(20) if dialect.name == "sqlite" else Numeric(18, 6)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """Give the number to the database."""
        if value is None or dialect.name != "sqlite":
            return value
        return format(value, "f")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ANN401 - as the driver has it
        """Take the number from the database."""
        del dialect
        return None if value is None else Decimal(value)
