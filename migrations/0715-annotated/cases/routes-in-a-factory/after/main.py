from typing import Annotated

from fastapi import Depends, FastAPI, Query


def create_app() -> FastAPI:
    app = FastAPI()

    def store() -> dict:
        return {}

    @app.get("/rows")
    def rows(store: Annotated[dict, Depends(store)], least: int = Query(0)):
        return [store, least]

    @app.get("/again")
    def again(least: Annotated[int, Query()] = 0):
        return rows({})

    return app


app = create_app()
