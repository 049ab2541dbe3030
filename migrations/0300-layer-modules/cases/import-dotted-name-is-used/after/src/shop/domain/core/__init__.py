"""Modules of core that belong to the domain layer."""
