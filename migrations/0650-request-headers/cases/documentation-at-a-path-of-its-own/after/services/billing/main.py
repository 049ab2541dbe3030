from fastapi import FastAPI
from vertice_api.middleware import CorrelationIdMiddleware, SecurityHeadersMiddleware


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(docs_url="/api/docs", redoc_url=None)
    app.add_middleware(SecurityHeadersMiddleware, is_secure=False, documentation=("/api/docs",))
    app.add_middleware(CorrelationIdMiddleware)
    return app


app = create_app()
