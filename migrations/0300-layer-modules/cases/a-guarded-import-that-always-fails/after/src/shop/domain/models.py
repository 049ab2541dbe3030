"""Models and values of the domain."""

started = 0
