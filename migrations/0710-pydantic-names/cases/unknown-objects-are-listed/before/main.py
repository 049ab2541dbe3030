import httpx
from pydantic import BaseModel
from unittest.mock import patch


class Order(BaseModel):
    number: int


def show(order: Order, other, numbers: dict):
    if other:
        order = load()
    answer = httpx.get("http://shop/orders")
    with patch.dict("os.environ", {"A": "1"}):
        return order.dict(), other.dict(), numbers.copy(), answer.json()


def load():
    return Order(number=1)
