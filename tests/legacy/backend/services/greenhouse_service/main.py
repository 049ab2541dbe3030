"""Greenhouse Service - Main Entry Point.

The actual implementation is in api.py.
"""

import os

import uvicorn

from api import app

__all__ = ["app"]

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=int(os.getenv("PORT", 8000)))
