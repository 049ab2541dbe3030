from fastapi import FastAPI

app = FastAPI()


class Item:
    pass


def price():
    return 3


@app.get("/price")
def read_price():
    return price()
