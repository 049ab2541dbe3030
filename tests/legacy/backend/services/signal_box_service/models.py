from enum import Enum

from pydantic import BaseModel


class Aspect(str, Enum):
    STOP = "stop"
    CLEAR = "clear"


class Signal(BaseModel):
    name: str
    aspect: Aspect = Aspect.STOP
