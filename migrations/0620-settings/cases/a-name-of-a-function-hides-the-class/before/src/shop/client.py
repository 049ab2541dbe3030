import os


def load(Settings):
    return Settings, os.getenv("TARGET_URL", "http://target")
