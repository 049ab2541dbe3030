"""Modules of api that belong to the domain layer."""
