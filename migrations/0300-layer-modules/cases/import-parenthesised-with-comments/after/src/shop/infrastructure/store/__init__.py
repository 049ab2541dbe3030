"""Modules of store that belong to the infrastructure layer."""
