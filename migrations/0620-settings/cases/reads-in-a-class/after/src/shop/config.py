import os

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EnvironmentSettings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    shop_name: str = Field(default="shop", validation_alias="SHOP_NAME")
    port: str = Field(default="8000", validation_alias="PORT")
    debug: str = Field(default="false", validation_alias="DEBUG")


settings = EnvironmentSettings()


class Settings:
    """What the service can be told."""

    name: str = settings.shop_name
    port = int(settings.port)  # text in the environment
    debug: bool = settings.debug.lower() == "true"

    @property
    def title(self) -> str:
        return os.getenv("SHOP_TITLE", self.name)


class Paths:
    data = os.environ["DATA"]
    names = [os.getenv("ONE", "1") for _ in range(2)]


options = Settings()
