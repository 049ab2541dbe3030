from typing import Annotated

from fastapi import Depends, FastAPI, Query

app = FastAPI()


def store():
    return {}


@app.get("/rows")
def rows(
    skip: int = 0,
    limit: Annotated[int, Query()] = 10,
    *,
    store: Annotated[dict, Depends(store)],
):
    return list(store)[skip:limit]


@app.get("/some")
def some(
    skip: int = 0,
    *,
    store: Annotated[dict, Depends(store)],
):
    return list(store)[skip:]


@app.get("/others")
def others(skip: int = 0, store: dict = Depends(store), *, word: Annotated[str, Query()]):
    return [skip, store, word]


def page(skip: int = 0, store: dict = Depends(store)):
    return list(store)[skip:]


@app.get("/pages")
def pages(found: Annotated[list, Depends(page)]):
    return found
