"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    db_config_host: str = Field(default="db", validation_alias="SHOP_DB_CONFIG_HOST")
    db_config_port: int = Field(default=5432, validation_alias="SHOP_DB_CONFIG_PORT_NUMBER")
    db_config_echo: bool = Field(default=False, validation_alias="SHOP_DB_CONFIG_ECHO")
    db_config_pool_size: int = Field(default=5, validation_alias="SHOP_DB_CONFIG_POOL_SIZE")
