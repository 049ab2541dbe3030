import os

from shop.defaults import apply

REGION = os.getenv("REGION", "eu")
apply()
ZONE = os.getenv("ZONE", "1")
