import os

REGION = os.getenv("SHOP_REGION", "north")
