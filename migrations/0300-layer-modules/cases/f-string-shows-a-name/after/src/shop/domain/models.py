"""Models and values of the domain."""

FULL = 10
