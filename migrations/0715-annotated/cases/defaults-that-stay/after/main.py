from typing import Annotated

from fastapi import FastAPI, Query

import limits

app = FastAPI()
REQUIRED = ...
MORE = {"le": 9}


@app.get("/rows")
def rows(
    first: list = Query(default_factory=list),
    second: int = Query(1, **MORE),
    third: int = Query(REQUIRED),
    fourth: Annotated[int, Query()] = limits.MOST,
    fifth: int = Query(
        1,  # the least
        ge=1,
    ),
    sixth: Annotated[int, Query(  # the most
        ge=1,
    )] = limits.least(),
):
    return [first, second, third, fourth, fifth, sixth]
