import os

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """What can be set."""

    path: str = os.getenv("PATH_TO_DATA", "/data")
    level: str = os.getenv("LEVEL", "INFO")  # how much is said
    timeout: int = os.getenv("TIMEOUT", 300)
    retries: int = int(os.getenv("RETRIES", "3"))
    ratio: float = Field(default=float(os.environ.get("RATIO", "0.50")), ge=0)
    debug: bool = os.getenv("DEBUG", "false").lower() == "true"
    strict: bool = os.getenv("STRICT", "Yes").lower() in ("1", "yes")
    token: str | None = os.getenv("TOKEN")
    hosts: list[str] = os.getenv("HOSTS", "a,b").split(",")
    key: str = os.environ["KEY"]

    class Config:
        env_file = ".env"


settings = Settings()
