import os

REGION = os.getenv("REGION", "eu")
