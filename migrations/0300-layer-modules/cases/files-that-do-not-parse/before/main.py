from fastapi import FastAPI
from store import add, items

app = FastAPI()


@app.get("/items")
def list_items():
    return items
