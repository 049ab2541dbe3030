from pydantic_settings import BaseSettings, SettingsConfigDict


class Team(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_")

    cache_url: str = "redis://team:6379"
