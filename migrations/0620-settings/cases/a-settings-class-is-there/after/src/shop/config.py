from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    region: str = Field(default="eu", validation_alias="REGION")


settings = Settings()

REGION = settings.region


class ShopSettings(BaseSettings):
    port: int = 8000
