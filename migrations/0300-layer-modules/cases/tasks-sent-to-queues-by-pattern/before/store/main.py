from fastapi import FastAPI

from store.tasks import pack

app = FastAPI()


@app.post("/orders/{order}")
def order(order: str) -> None:
    pack.delay(order)
