"""Models and values of the domain."""

from shop.infrastructure.actions import known

COUNT = len(known)
