"""Errors of the domain."""


class UnknownOrder(Exception):
    pass
