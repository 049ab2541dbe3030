import os

from shop.config import ORDERS_URL, Settings

settings = Settings()
RETRIES = int(settings.retries)
TIMEOUT = os.getenv("TIMEOUT", "30")
BASE = ORDERS_URL + settings.orders_path
