from fastapi import Depends, FastAPI

app = FastAPI()


@app.get("/rows")
def rows(store: dict = Depends(dict)):
    return store
