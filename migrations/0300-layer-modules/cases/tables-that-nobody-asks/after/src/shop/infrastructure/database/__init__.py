"""Stores and database access."""
