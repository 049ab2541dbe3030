import os

from fastapi import FastAPI

NAME = "a"
app = FastAPI(title=NAME)
NAME = os.environ.get("NAME", "b")


@app.get("/")
def index():
    return NAME
