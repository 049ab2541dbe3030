from shop.config import Settings

HOST = "one"
HOST = "two"

settings = Settings()
CONFIG = {
    "url": settings.config_url,  # where it is
}
BASE_URL = "http://" + HOST
LOW_PORT = 0


class Options:
    URL = "http://x"
