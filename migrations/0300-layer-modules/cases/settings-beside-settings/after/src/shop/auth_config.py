"""Settings that are read from the environment."""

import os

SECRET_KEY = os.getenv("SECRET_KEY", "for development")
