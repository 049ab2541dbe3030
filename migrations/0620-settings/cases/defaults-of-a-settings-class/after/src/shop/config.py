import os

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """What can be set."""

    path: str = os.getenv("PATH_TO_DATA", "/data")
    level: str = "INFO"  # how much is said
    timeout: int = 300
    retries: int = 3
    ratio: float = Field(default=0.5, ge=0)
    debug: bool = False
    strict: bool = True
    token: str | None = None
    hosts: list[str] = os.getenv("HOSTS", "a,b").split(",")
    key: str = os.environ["KEY"]

    class Config:
        env_file = ".env"


settings = Settings()
