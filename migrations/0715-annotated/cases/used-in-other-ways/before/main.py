import functools

from fastapi import Depends, FastAPI

import wraps

app = FastAPI()


def store():
    return {}


def shared(store: dict = Depends(store)):
    return store


partial = functools.partial(shared)


@app.get("/looked-at")
@wraps.looking
def looked_at(store: dict = Depends(store)):
    return store


@app.get("/handed-on")
@wraps.passing
def handed_on(store: dict = Depends(store)):
    return store


@app.get("/by-name")
def by_name(store: dict = Depends(store)):
    return store


for name in ("a", "b"):

    @app.get(f"/{name}")
    def each(store: dict = Depends(store)):
        return store
