"""Modules of kit that belong to the application layer."""
