from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from vertice_api.cors import allowed_origins
from vertice_api.middleware import BodyLimitMiddleware


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()
    app.add_middleware(BodyLimitMiddleware, max_bytes=10)
    app.add_middleware(GZipMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=allowed_origins(),
        allow_credentials=True,
    )
    app.add_middleware(GZipMiddleware)
    return app


app = create_app()
