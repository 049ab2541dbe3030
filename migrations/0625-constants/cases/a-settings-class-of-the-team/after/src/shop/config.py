from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EnvironmentSettings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    cache_url: str = Field(default="redis://cache:6379", validation_alias="SHOP_CACHE_URL")


class Settings(BaseSettings):
    level: str = "INFO"

    class Config:
        env_file = ".env"


settings = Settings()
