"""Kinds of tea, chosen by name."""
