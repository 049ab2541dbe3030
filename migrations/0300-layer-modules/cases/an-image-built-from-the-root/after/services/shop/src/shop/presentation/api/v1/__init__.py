"""Modules of v1 that belong to the presentation layer."""
