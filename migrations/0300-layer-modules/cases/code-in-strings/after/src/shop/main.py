from fastapi import FastAPI

from shop.domain.models import Order, total
from shop.infrastructure.services import Shop

app = FastAPI()
shop = Shop()


@app.get("/orders/{number}")
def order(number: int) -> Order:
    return shop.order(number)


exec("from shop.domain.models import total\nSUM = total([Order(3)])")
