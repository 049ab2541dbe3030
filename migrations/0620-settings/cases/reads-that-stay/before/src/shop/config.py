import os
import socket
from dataclasses import dataclass

SECRET = os.environ["SECRET"]
HOST = os.getenv("HOST", socket.gethostname())
NAME = "REGION"
REGION = os.getenv(NAME)
LEVEL = os.getenv(  # how much is said
    "LEVEL"
)


@dataclass
class Limits:
    rows: int = int(os.getenv("ROWS", "100"))


def connect(timeout: str = os.getenv("TIMEOUT", "5")) -> None:
    print(os.getenv("URL", "http://localhost"), timeout)


while os.getenv("READY", "yes") is None:
    pass
