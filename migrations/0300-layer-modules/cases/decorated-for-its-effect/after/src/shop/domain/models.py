"""Models and values of the domain."""

LIMIT = 3
