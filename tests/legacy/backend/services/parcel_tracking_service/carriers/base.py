from abc import ABC, abstractmethod

from ..models import Event


class CarrierError(RuntimeError):
    """The carrier did not answer."""


class Carrier(ABC):
    name = "?"

    @abstractmethod
    async def news(self, number: str) -> "list[Event]":
        ...
