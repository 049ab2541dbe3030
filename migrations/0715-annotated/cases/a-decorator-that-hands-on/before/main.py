from fastapi import Depends, FastAPI

import marks

app = FastAPI()


def store():
    return {}


@app.get("/rows")
@marks.marked
def rows(store: dict = Depends(store)):
    return store


@app.get("/some")
@marks.marked
def some(skip: int = 0, store: dict = Depends(store)):
    return store
