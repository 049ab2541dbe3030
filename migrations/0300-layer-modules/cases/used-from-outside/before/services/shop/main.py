from fastapi import FastAPI
from pydantic import BaseModel
from stock import price_of

app = FastAPI()


class Order(BaseModel):
    item: str


@app.post("/orders")
def place(order: Order) -> int:
    return price_of(order.item)
