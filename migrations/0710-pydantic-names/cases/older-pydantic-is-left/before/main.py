from pydantic import BaseModel


class Order(BaseModel):
    number: int


def show(order: Order):
    return order.dict()
