"""Modules of store that belong to the application layer."""
