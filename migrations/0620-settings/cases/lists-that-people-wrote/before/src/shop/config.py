import os

REGION = os.getenv("REGION")
PORT = os.getenv("PORT", 8000)
