from fastapi import Depends, FastAPI
from typing_extensions import Annotated

app = FastAPI()


@app.get("/rows")
def rows(store: Annotated[dict, Depends(dict)]):
    return store
