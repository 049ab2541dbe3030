"""Counts parcels."""
