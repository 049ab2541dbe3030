"""Loan Desk Service."""

__version__ = "1.4.0"
