"""Modules of store that belong to the domain layer."""
