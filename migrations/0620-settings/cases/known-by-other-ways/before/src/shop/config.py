import pydantic
from pydantic import Field as F


class Item(pydantic.BaseModel):
    name: str = F(default="x")
