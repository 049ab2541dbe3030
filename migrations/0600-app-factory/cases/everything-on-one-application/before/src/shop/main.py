"""The shop."""

import logging

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from shop import routes
from shop.routes import orders

logger = logging.getLogger(__name__)

# ---------------------------------------------------------------------------
# Application
# ---------------------------------------------------------------------------

app = FastAPI(
    title="Shop",
    description="""Sells things.

    Daily.""",
)
app.state.started = False

# The innermost comes first.
app.add_middleware(routes.Trace)  # sees every request
app.add_middleware(
    routes.Guard,
    origins=["a", "b"],  # ours
)


class Item(BaseModel):
    """What is sold."""

    name: str


stock: dict[str, int] = {}


def count(name):
    return stock.get(name, 0)


@app.on_event("startup")
async def start():
    """Say so."""
    logger.info("started %s", app.title)


@app.exception_handler(KeyError)
async def missing(request, error):
    return {"missing": str(error)}


app.include_router(orders, prefix="/orders")
app.mount("/static", routes.files)


# Everybody may ask this.
@app.get("/health")
@app.get(
    "/healthz",
    tags=["internal"],
)  # the old name
@routes.cached
async def health():
    return {"ok": True, "count": count("bread")}


@app.middleware("http")
async def slow(request, call_next):
    return await call_next(request)


@app.websocket("/live")
async def live(socket):
    pass


if routes.DEBUG:
    for router in (routes.debug, APIRouter()):
        app.include_router(router)


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
