"""Database access: SQLite for development and PostgreSQL in production, same code.

Importing this package, or any module of it, has no side effect and connects to
nothing.
"""
