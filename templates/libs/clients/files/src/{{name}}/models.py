"""Models that services share because they are part of every contract."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

ItemT = TypeVar("ItemT")


class Page(BaseModel, Generic[ItemT]):
    """One page of a list.

    Attributes:
        items: What is on it.
        next_cursor: Where the next one starts; `None` on the last page.
    """

    items: list[ItemT]
    next_cursor: str | None = None


class Problem(BaseModel):
    """A problem document (RFC 9457), with whatever else it says."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str = ""
