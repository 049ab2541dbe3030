"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    title: str = Field(default="Shop", validation_alias="TITLE")
    log_level: str = Field(default="INFO", validation_alias="LOG_LEVEL")
    region: str | None = Field(default=None, validation_alias="REGION")
    port: str = Field(default="8000", validation_alias="PORT")
