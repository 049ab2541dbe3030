from fastapi import FastAPI

from prices import price

app = FastAPI()


@app.get("/price/{count}")
def total(count: int) -> int:
    return price(count)
