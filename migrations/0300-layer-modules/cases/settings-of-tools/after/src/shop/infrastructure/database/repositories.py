"""Stores and database access."""

STORE = {}
