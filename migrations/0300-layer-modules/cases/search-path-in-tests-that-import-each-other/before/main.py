from fastapi import FastAPI

from prices import price

app = FastAPI()


@app.get("/price")
def show() -> int:
    return price()
