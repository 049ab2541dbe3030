"""Settings of the service, read from the environment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    port: str = Field(default="8000", validation_alias="PORT")
    api_key: SecretStr = Field(validation_alias="SHOP_API_KEY")
    token: str = Field(default="", validation_alias="TOKEN")
    secret: str | None = Field(default=None, validation_alias="SECRET")
    db_password: SecretStr = Field(validation_alias="DB_PASSWORD")
