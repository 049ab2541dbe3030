from fastapi import FastAPI

from orders import router


def items() -> list[int]:
    return []


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()
    app.get("/api/items", response_model=list[int], deprecated=True)(items)  # everything
    app.get("/api/v1/items", response_model=list[int])(items)  # everything
    app.include_router(router, deprecated=True)
    app.include_router(router, prefix="/api/v1")
    return app


app = create_app()
