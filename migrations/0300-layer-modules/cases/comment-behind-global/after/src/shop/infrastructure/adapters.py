"""Adapters to the outside."""

_rate: float | None = None


def forget() -> None:
    global _rate  # noqa: PLW0603
    _rate = None
