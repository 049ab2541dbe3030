import atexit
from contextlib import contextmanager

from fastapi import FastAPI

app = FastAPI()
LIMIT = 3


@atexit.register
def say_goodbye():
    print("closed")


@contextmanager
def limited():
    yield LIMIT


@app.get("/limit")
def read_limit():
    with limited() as limit:
        return limit
