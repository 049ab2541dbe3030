"""Modules of versions that belong to the infrastructure layer."""
