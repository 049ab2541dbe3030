"""Tariff service. Run from the top of the repository:

    python -m backend.services.tariff_service.main
"""

from __future__ import annotations

import logging

from fastapi import FastAPI

from backend.services.tariff_service.api.v1 import router as v1
from backend.services.tariff_service.rates import RateBook, default_book
from backend.services.tariff_service.settings import get_settings
from backend.shared.web.envelope import ok

logger = logging.getLogger(__name__)
settings = get_settings()

app = FastAPI(title="Tariffs", version="1.0.0")
app.include_router(v1, prefix="/api/v1")

app.state.book = default_book()


@app.on_event("startup")
async def startup() -> None:
    logger.info("Starting tariffs with %d rates", len(app.state.book))


@app.get("/health")
async def health() -> dict:
    book: RateBook = app.state.book
    return ok({"rates": len(book)}, service=settings.name)


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("backend.services.tariff_service.main:app", host="0.0.0.0", port=settings.port)
