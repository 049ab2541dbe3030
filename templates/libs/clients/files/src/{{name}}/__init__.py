"""Contracts between services, and typed HTTP clients that keep to them.

Importing this package, or any module of it, has no side effect and connects to
nothing.
"""
