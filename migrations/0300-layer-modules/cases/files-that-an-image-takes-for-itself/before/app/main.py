from fastapi import FastAPI

from app.prices import price

app = FastAPI()


@app.get("/price")
def get_price() -> int:
    return price()
