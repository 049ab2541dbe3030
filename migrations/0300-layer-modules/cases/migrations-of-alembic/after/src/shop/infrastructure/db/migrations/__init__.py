"""Modules of migrations that belong to the infrastructure layer."""
