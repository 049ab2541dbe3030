"""Starts the shop."""

import os

import uvicorn

from api import app

if __name__ == "__main__":
    # one worker: the store is in memory
    uvicorn.run("main:app", port=int(os.environ.get("PORT", "8000")))  # local
