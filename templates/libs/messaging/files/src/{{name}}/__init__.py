"""Events between services, over the broker that one URL names.

Importing this package, or any module of it, has no side effect and connects to
nothing.
"""
