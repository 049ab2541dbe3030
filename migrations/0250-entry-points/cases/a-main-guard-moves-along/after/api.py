"""The shop's routes."""

from fastapi import FastAPI
import os
import uvicorn

app = FastAPI(title="shop")


@app.get("/items")
async def items():
    return []


if __name__ == "__main__":
    # one worker: the store is in memory
    uvicorn.run("api:app", port=int(os.environ.get("PORT", "8000")))  # local
