from fastapi import FastAPI, Query

app = FastAPI()


@app.get("/rows")
def rows(per_page: int = Query(5, alias="perPage"), word: str = Query(None, alias="q")):
    return [per_page, word]
