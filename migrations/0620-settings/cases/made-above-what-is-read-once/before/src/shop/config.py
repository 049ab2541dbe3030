import os


def region():
    return os.getenv("REGION", "eu")


HERE = region()
PORT = os.getenv("PORT", "8000")
