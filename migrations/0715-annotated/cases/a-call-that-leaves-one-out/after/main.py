from typing import Annotated

from fastapi import Depends, FastAPI, Query

app = FastAPI()


def store():
    return {}


@app.get("/count")
def count(
    store: Annotated[dict, Depends(store)],
    least: int = Query(0),
    most: Annotated[int, Query()] = 9,
):
    return [store, least, most]
