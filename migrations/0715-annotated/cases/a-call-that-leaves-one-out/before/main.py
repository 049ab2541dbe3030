from fastapi import Depends, FastAPI, Query

app = FastAPI()


def store():
    return {}


@app.get("/count")
def count(store: dict = Depends(store), least: int = Query(0), most: int = Query(9)):
    return [store, least, most]
