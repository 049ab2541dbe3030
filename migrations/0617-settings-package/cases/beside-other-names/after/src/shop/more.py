from pydantic import (
    BaseModel,
)
from pydantic_settings import BaseSettings


class Item(BaseModel):
    name: str


class More(BaseSettings):
    port: int = 8000
