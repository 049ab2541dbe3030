from fastapi import FastAPI

from models import Order, total
from services import Shop

app = FastAPI()
shop = Shop()


@app.get("/orders/{number}")
def order(number: int) -> Order:
    return shop.order(number)


exec("from models import total\nSUM = total([Order(3)])")
