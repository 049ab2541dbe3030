"""The shop's routes."""

from fastapi import FastAPI

app = FastAPI(title="shop")


@app.get("/items")
async def items():
    return []
