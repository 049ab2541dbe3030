"""Modules of api that belong to the presentation layer."""
