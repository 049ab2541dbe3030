HOST = "one"
HOST = "two"
CONFIG = {
    "url": "http://x",  # where it is
}
BASE_URL = "http://" + HOST
LOW_PORT = 0


class Options:
    URL = "http://x"
