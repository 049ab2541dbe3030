"""Settings that are read from the environment."""

import os
from pathlib import Path

# Where the orders are.
ORDERS_URL = os.getenv("ORDERS_URL", "http://localhost:8100")
PORT = int(os.getenv("PORT", "8000"))
RETRIES = os.environ.get("RETRIES", 3)
RATIO = os.getenv("RATIO", default=0.5)  # a number, or a text
DEBUG = os.getenv("DEBUG", "false").lower() == "true"
STORE = Path(os.getenv("STORE_PATH", "/data"))
HOSTS = os.getenv(
    "ALLOWED_HOSTS",
    "localhost,127.0.0.1",
).split(",")
API_KEY = os.getenv("API_KEY")
DATABASE_URL = os.getenv("DATABASE_URL", "postgresql://shop:shop@database/shop")
MODEL_PATH = os.getenv("MODEL_PATH", "/models/a-long-name-for-a-file/that-does-not-fit/on-one-line.bin")
LIMIT = 100
