from pydantic import (
    BaseModel,
    BaseSettings,
)


class Item(BaseModel):
    name: str


class More(BaseSettings):
    port: int = 8000
