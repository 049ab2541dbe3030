"""Models and values of the domain."""

LIMIT = 3
names = {"a": 1}
