"""Loan Desk Service - API Entry Point.

Some scripts still start ``api:app``. The application is in main.py.
"""

from main import app

__all__ = ["app"]
