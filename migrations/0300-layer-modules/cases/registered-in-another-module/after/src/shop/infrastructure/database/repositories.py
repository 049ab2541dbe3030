"""Stores and database access."""

known = {}
