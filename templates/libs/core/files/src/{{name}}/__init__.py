"""What every service needs before it does anything of its own.

Importing this package, or any module of it, has no side effect: logging and
tracing are set up when a service calls for it.
"""
