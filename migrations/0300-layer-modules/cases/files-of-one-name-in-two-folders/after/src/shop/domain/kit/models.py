"""Models and values of the domain."""

WIDTH = 2
