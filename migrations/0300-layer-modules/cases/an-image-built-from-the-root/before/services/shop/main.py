from fastapi import FastAPI

from prices import price

app = FastAPI()


@app.get("/price")
def show() -> dict[str, int]:
    return {"price": price(2)}
