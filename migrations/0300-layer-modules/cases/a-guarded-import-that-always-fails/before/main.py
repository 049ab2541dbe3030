from fastapi import FastAPI

from .config import LIMIT

app = FastAPI()
started = 0


@app.get("/limit")
def limit() -> int:
    return LIMIT
