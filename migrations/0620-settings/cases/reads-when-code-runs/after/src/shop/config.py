"""Settings of the service, read from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    target_host: str = Field(default="localhost", validation_alias="TARGET_HOST")
    target_port: str = Field(default="9000", validation_alias="TARGET_PORT")
    target_tls: str | None = Field(default=None, validation_alias="TARGET_TLS")
