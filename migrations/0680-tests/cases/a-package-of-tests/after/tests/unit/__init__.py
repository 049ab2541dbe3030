"""Tests of code alone."""
