from pydantic import BaseModel, Field

from .config import CONFIG


class Plot(BaseModel):
    number: int
    size: int = Field(le=CONFIG["max_size"])
    tenant: str | None = None


class Application(BaseModel):
    name: str
    size: int = 100
