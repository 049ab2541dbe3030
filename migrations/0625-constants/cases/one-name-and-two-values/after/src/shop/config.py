"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    base_url: str = Field(default="http://one", validation_alias="SHOP_BASE_URL")
    two_base_url: str = Field(default="http://two", validation_alias="SHOP_TWO_BASE_URL")
