import os
from typing import Annotated, ClassVar, Final, Optional

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

COMMON = SettingsConfigDict(env_prefix="SHOP_")


class Mixin:
    pass


class NoFields(BaseSettings):
    region: ClassVar[str] = os.getenv("REGION", "eu")
    zone: Final[str] = os.getenv("ZONE", "a")
    _secret: str = os.getenv("_SECRET", "x")
    other: Annotated[str, Field(validation_alias="NAME")] = os.getenv("OTHER", "y")
    limit: Optional[int] = 5


class Empty(BaseSettings):
    model_config = {"env_ignore_empty": True}

    name: str = os.getenv("NAME", "shop")


class Elsewhere(BaseSettings):
    model_config = COMMON

    name: str = os.getenv("NAME", "shop")


class Mixed(Mixin, BaseSettings):
    name: str = os.getenv("NAME", "shop")
