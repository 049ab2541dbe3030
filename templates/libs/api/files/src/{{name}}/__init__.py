"""FastAPI building blocks, so that every service answers in the same manner.

Importing this package, or any module of it, has no side effect.
"""
