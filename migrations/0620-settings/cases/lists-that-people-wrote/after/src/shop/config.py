from typing import Union

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    region: Union[str, None] = Field(default=None, validation_alias="REGION")
    port: Union[int, str] = Field(default=8000, validation_alias="PORT")


settings = Settings()

REGION = settings.region
PORT = settings.port
