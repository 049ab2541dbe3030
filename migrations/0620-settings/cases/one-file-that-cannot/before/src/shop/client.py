import os

Settings = dict

URL = os.getenv("TARGET_URL", "http://target")
