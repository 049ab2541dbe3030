"""Modules of views that belong to the presentation layer."""
