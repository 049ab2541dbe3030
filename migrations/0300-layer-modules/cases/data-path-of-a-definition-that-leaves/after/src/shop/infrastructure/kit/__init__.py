"""Modules of kit that belong to the infrastructure layer."""
