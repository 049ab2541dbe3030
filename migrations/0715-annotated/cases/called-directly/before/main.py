from fastapi import Depends, FastAPI, Query

app = FastAPI()


def store():
    return {}


@app.get("/count")
def count(store: dict = Depends(store), least: int = Query(0)):
    return sum(1 for number in store.values() if number >= least)


@app.get("/total")
def total(store: dict = Depends(store)):
    return sum(store.values())


@app.get("/all")
def everything(store: dict = Depends(store)):
    options = {"store": store}
    return [total(store=store), count(**options)]
