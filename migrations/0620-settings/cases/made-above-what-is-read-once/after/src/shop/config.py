from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    region: str = Field(default="eu", validation_alias="REGION")
    port: str = Field(default="8000", validation_alias="PORT")


settings = Settings()

def region():
    return Settings().region


HERE = region()
PORT = settings.port
