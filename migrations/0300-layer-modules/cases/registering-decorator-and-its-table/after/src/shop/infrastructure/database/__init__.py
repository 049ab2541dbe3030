"""Modules of database that belong to the infrastructure layer."""
