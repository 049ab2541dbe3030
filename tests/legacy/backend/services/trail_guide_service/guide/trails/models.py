from __future__ import annotations

from typing import ClassVar, NamedTuple

from pydantic import BaseModel, Field, PrivateAttr


class Point(NamedTuple):
    lat: float
    lon: float


class Item(BaseModel):
    """A trail."""

    name: str
    km: float
    points: list[Point] = Field(default_factory=list)
    level: ClassVar[int] = 1
    _steps: list = PrivateAttr(default_factory=list)

    @property
    def steps(self):
        return self._steps
