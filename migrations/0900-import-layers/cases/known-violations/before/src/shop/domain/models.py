from typing import TYPE_CHECKING

from pydantic import BaseModel

from shop.config import PORT

if TYPE_CHECKING:
    from shop.application import orders


class Order(BaseModel):
    port: int = PORT
