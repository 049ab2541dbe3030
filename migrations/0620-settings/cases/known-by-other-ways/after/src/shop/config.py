import pydantic
from pydantic import Field as F
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service can be told by environment variables."""

    model_config = SettingsConfigDict(case_sensitive=True)

    target_url: str = Field(default="http://target", validation_alias="TARGET_URL")


class Item(pydantic.BaseModel):
    name: str = F(default="x")
