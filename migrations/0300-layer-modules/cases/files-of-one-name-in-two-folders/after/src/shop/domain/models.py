"""Models and values of the domain."""

RATE = 2
