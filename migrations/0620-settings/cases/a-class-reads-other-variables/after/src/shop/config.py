import os

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    level: str = os.getenv("LEVEL", "INFO")


class Exact(BaseSettings):
    model_config = SettingsConfigDict(case_sensitive=True)

    level: str = os.getenv("LEVEL", "INFO")
    LIMIT: int = 10
