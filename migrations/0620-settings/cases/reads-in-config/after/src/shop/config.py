"""Settings that are read from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    orders_url: str = Field(default="http://localhost:8100", validation_alias="ORDERS_URL")
    port: str = Field(default="8000", validation_alias="PORT")
    retries: int | str = Field(default=3, validation_alias="RETRIES")
    ratio: float | str = Field(default=0.5, validation_alias="RATIO")
    debug: str = Field(default="false", validation_alias="DEBUG")
    store_path: str = Field(default="/data", validation_alias="STORE_PATH")
    allowed_hosts: str = Field(default="localhost,127.0.0.1", validation_alias="ALLOWED_HOSTS")
    api_key: str | None = Field(default=None, validation_alias="API_KEY")
    database_url: str = Field(
        default="postgresql://shop:shop@database/shop",
        validation_alias="DATABASE_URL",
    )
    env_model_path: str = Field(
        default="/models/a-long-name-for-a-file/that-does-not-fit/on-one-line.bin",
        validation_alias="MODEL_PATH",
    )


settings = Settings()

# Where the orders are.
ORDERS_URL = settings.orders_url
PORT = int(settings.port)
RETRIES = settings.retries
RATIO = settings.ratio  # a number, or a text
DEBUG = settings.debug.lower() == "true"
STORE = Path(settings.store_path)
HOSTS = settings.allowed_hosts.split(",")
API_KEY = settings.api_key
DATABASE_URL = settings.database_url
MODEL_PATH = settings.env_model_path
LIMIT = 100
