"""Parcel tracking. Started as ``uvicorn parcel_tracking_service.main:app`` from the services folder."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Optional

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

from . import __version__
from .config import settings
from .models import (
    Event,  # one scan
    Parcel,
    ParcelStatus,
)
from .routes import router as parcel_router
from .storage import get_store
from .tracker import Tracker

if TYPE_CHECKING:
    from .carriers.base import Carrier

logger = logging.getLogger("parcel_tracking_service")

app = FastAPI(title="Parcel Tracking", version=__version__)
app.include_router(parcel_router, prefix="/api/parcels", tags=["parcels"])

# counts every poll since the process started
polls_done = 0


@app.on_event("startup")
async def _startup():
    logger.info("parcel tracking on port %s", settings.port)


@app.exception_handler(KeyError)
async def key_error(request, exc):
    return JSONResponse(status_code=404, content={"detail": f"unknown: {exc}"})


@app.get("/health")
def health():
    return {"status": "ok", "service": "parcel-tracking", "polls": polls_done}


@app.post("/poll/{carrier_name}")
async def poll(carrier_name: str):
    """Asks one carrier for news about everything that is under way."""
    global polls_done
    from .carriers import by_name  # slow import

    carrier: Optional[Carrier] = by_name(carrier_name)
    if carrier is None:
        raise HTTPException(404, "no such carrier")
    tracker = Tracker(get_store())
    changed = await tracker.poll(carrier)
    polls_done += 1
    return {"changed": [p.number for p in changed]}


@app.get("/lost")
def lost_parcels() -> list[str]:
    return sorted(p.number for p in get_store().all() if p.status is ParcelStatus.LOST)


def describe(parcel: Parcel) -> str:
    last: Event | None = parcel.events[-1] if parcel.events else None
    return f"{parcel.number}: {last.place if last else 'announced'}"
