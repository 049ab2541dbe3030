from dotenv import load_dotenv
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

load_dotenv()


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    region: str = Field(default="eu", validation_alias="REGION")
    zone: str = Field(default="1", validation_alias="ZONE")


settings = Settings()

REGION = settings.region
ZONE = settings.zone
