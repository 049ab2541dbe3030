import os

QUEUE = os.getenv("QUEUE", "orders")
