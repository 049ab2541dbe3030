"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    port: str = Field(default="8000", validation_alias="PORT")
    cache_url: str = Field(default="redis://cache:6379", validation_alias="SHOP_CACHE_URL")
    store_url: str = Field(default="redis://store:6379", validation_alias="SHOP_STORE_URL")
