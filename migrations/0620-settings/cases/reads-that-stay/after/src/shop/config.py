import os
import socket

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET = os.environ["SECRET"]
HOST = os.getenv("HOST", socket.gethostname())
NAME = "REGION"
REGION = os.getenv(NAME)
LEVEL = os.getenv(  # how much is said
    "LEVEL"
)


class Limits:
    rows: list[int] = [int(os.getenv("ROWS", "100")) for _ in range(2)]


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    url: str = Field(default="http://localhost", validation_alias="URL")


def connect(timeout: str = os.getenv("TIMEOUT", "5")) -> None:
    print(Settings().url, timeout)


while os.getenv("READY", "yes") is None:
    pass
