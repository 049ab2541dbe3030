import os

ORDERS_URL = os.getenv("ORDERS_URL", "http://localhost:8100")
TIMEOUT = float(os.getenv("TIMEOUT", "5"))
