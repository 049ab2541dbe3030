from typing import Optional

import pydantic
from pydantic import BaseModel as Base


class Item(Base):
    name: str

    def flat(self):
        return self.model_dump()


class Priced(Item):
    price: pydantic.condecimal(gt=0)


class Order(pydantic.BaseModel):
    items: list[Item] = []
    buyer: Optional[Item] = None
