import os

# Where.
REGION = os.getenv("REGION", "eu")
PORT = os.getenv("PORT", 8000)