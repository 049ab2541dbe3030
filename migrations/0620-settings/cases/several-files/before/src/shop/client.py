import os

from shop.config import ORDERS_URL

RETRIES = int(os.getenv("RETRIES", "3"))
TIMEOUT = os.getenv("TIMEOUT", "30")
BASE = ORDERS_URL + os.getenv("ORDERS_PATH", "/v1")
