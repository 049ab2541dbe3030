"""The shop."""

import logging

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from shop import routes
from shop.routes import orders

logger = logging.getLogger(__name__)


class Item(BaseModel):
    """What is sold."""

    name: str


stock: dict[str, int] = {}


def count(name):
    return stock.get(name, 0)


async def start():
    """Say so."""
    logger.info("started %s", app.title)


async def missing(request, error):
    return {"missing": str(error)}


# Everybody may ask this.
@routes.cached
async def health():
    return {"ok": True, "count": count("bread")}


async def slow(request, call_next):
    return await call_next(request)


async def live(socket):
    pass


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
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

    app.on_event("startup")(start)
    app.exception_handler(KeyError)(missing)

    app.include_router(orders, prefix="/orders")
    app.mount("/static", routes.files)

    app.get(
        "/healthz",
        tags=["internal"],
    )(health)  # the old name
    app.get("/health")(health)
    app.middleware("http")(slow)
    app.websocket("/live")(live)

    if routes.DEBUG:
        for router in (routes.debug, APIRouter()):
            app.include_router(router)
    return app


app = create_app()


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
