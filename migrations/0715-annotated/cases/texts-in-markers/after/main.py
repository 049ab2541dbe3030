from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()


@app.get("/rows")
def rows(
    per_page: Annotated[int, Query(alias="perPage")] = 5,
    word: Annotated[str, Query(alias="q")] = None,
):
    return [per_page, word]
