from datetime import date
from typing import Annotated, List, Optional

from pydantic import BaseModel, Field, field_validator

try:
    from beanie import Document
except ImportError:  # the document store was given up
    Document = BaseModel


class ItemIn(BaseModel):
    what: str
    place: str = "unknown"
    words: Annotated[List[str], Field(default_factory=list)]

    @field_validator("words")
    @classmethod
    def lower(cls, value):
        return [word.lower() for word in value]


class FoundItem(ItemIn):
    number: int
    since: Optional[date] = None


class Match(BaseModel):
    item: "FoundItem"
    score: float


class OldItem(Document):
    what: str
