"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    port: int = Field(default=8000, validation_alias="SHOP_PORT_NUMBER")
    host: str = Field(default="0.0.0.0", validation_alias="SHOP_HOST")
    main_port: int = Field(default=8001, validation_alias="SHOP_MAIN_PORT_NUMBER")
    redis_url: str = Field(default="redis://cache:6379", validation_alias="SHOP_REDIS_URL")
    api_key: str = Field(default="changeme", validation_alias="SHOP_API_KEY")
