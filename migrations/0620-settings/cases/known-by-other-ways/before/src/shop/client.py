import os

from shop import config

URL = os.getenv("TARGET_URL", "http://target")
ITEM = config.Item()
