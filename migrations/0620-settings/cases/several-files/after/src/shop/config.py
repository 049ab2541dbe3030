from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    orders_url: str = Field(default="http://localhost:8100", validation_alias="ORDERS_URL")
    timeout: str = Field(default="5", validation_alias="TIMEOUT")
    retries: str = Field(default="3", validation_alias="RETRIES")
    orders_path: str = Field(default="/v1", validation_alias="ORDERS_PATH")


settings = Settings()

ORDERS_URL = settings.orders_url
TIMEOUT = float(settings.timeout)
