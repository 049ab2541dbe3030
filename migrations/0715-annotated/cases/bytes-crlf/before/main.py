from fastapi import Depends, FastAPI

app = FastAPI()


@app.get("/rows")
def rows(store: dict = Depends(dict), many: dict = Depends(dict), more: dict = Depends(dict)):
    return store
