"""Lost and found office. Made by a factory, because the tests want fresh ones."""
from __future__ import annotations

import time
import typing
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config import Settings, get_settings
from matching import scorer
from matching.scorer import best_matches
from metrics import FOUND, REQUESTS, SECONDS
from schema import FoundItem, ItemIn, Match
from stores import make_store

if typing.TYPE_CHECKING:
    from stores.base import Store

router = APIRouter()


def get_store(request: Request) -> Store:
    return request.app.state.store


def get_photo_limit(settings: Settings = Depends(get_settings)) -> int:
    return settings.photo_kb * 1024


@router.get("/health")
def health(store=Depends(get_store)):
    return {"status": "healthy", "store": type(store).__name__}


@router.get("/metrics", include_in_schema=False)
def metrics():
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.post("/items", response_model=FoundItem, tags=["items"])
async def add_item(item: ItemIn, store=Depends(get_store)):
    saved = await store.save(item)
    FOUND.labels(item.place).inc()
    return saved


@router.get("/items", response_model=typing.List[FoundItem], tags=["items"])
async def list_items(store=Depends(get_store)):
    return await store.all()


@router.get("/items/{number}/label", tags=["items"])
async def label(number: int, store=Depends(get_store)):
    from labels import make_label  # needs a printer at import in production

    item = await store.get(number)
    if item is None:
        raise HTTPException(404)
    return {"label": make_label(item)}


@router.post("/items/{number}/photo", tags=["photos"])
async def photo(number: int, picture: UploadFile = File(...), by: str = Form("nobody"), limit: int = Depends(get_photo_limit)):
    data = await picture.read()
    if len(data) > limit:
        raise HTTPException(413, "too large")
    return {"number": number, "bytes": len(data), "by": by}


@router.get("/match", response_model=typing.List[Match], tags=["match"])
async def match(words: str, store=Depends(get_store), settings: Settings = Depends(get_settings)):
    return best_matches(words, await store.all(), limit=settings.matches)


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        app.state.store = await make_store(settings)
        yield
        await app.state.store.close()

    app = FastAPI(title=settings.title, lifespan=lifespan)

    @app.middleware("http")
    async def count(request: Request, call_next):
        start = time.perf_counter()
        response = await call_next(request)
        REQUESTS.labels(request.method, str(response.status_code)).inc()
        SECONDS.observe(time.perf_counter() - start)
        return response

    app.include_router(router)

    @app.get("/version")
    def version():
        return {"scorer": scorer.VERSION}

    return app


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("app:create_app", factory=True, host="0.0.0.0", port=get_settings().port)
