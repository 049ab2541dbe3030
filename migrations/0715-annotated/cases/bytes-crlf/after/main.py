from typing import Annotated

from fastapi import Depends, FastAPI

app = FastAPI()


@app.get("/rows")
def rows(
    store: Annotated[dict, Depends(dict)],
    many: Annotated[dict, Depends(dict)],
    more: Annotated[dict, Depends(dict)],
):
    return store
