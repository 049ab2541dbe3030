import os
import socket

SECRET = os.environ["SECRET"]
HOST = os.getenv("HOST", socket.gethostname())
NAME = "REGION"
REGION = os.getenv(NAME)
LEVEL = os.getenv(  # how much is said
    "LEVEL"
)


class Limits:
    rows: list[int] = [int(os.getenv("ROWS", "100")) for _ in range(2)]


def connect(timeout: str = os.getenv("TIMEOUT", "5")) -> None:
    print(os.getenv("URL", "http://localhost"), timeout)


while os.getenv("READY", "yes") is None:
    pass
