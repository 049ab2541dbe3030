from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOST_", env_file=(".env", ".env.local"), extra="ignore")

    title: str = "Lost and found"
    port: int = 8114
    redis_url: str = ""
    postgres_dsn: str = ""
    matches: int = Field(3, ge=1)
    photo_kb: int = 1


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
