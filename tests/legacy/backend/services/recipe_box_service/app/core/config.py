from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    PROJECT_NAME: str = "Recipe Box"
    API_PREFIX: str = "/api/v2"
    DATABASE_URL: str = "sqlite+aiosqlite:///:memory:"
    PAGE_SIZE: int = 2

    class Config:
        env_file = ".env"
        env_prefix = "RECIPES_"


@lru_cache
def get_settings() -> Settings:
    return Settings()


settings = get_settings()
PROJECT_ROOT = Path(__file__).resolve().parents[2]
