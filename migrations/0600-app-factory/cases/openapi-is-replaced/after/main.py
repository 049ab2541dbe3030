from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi


def schema():
    if not app.openapi_schema:
        app.openapi_schema = get_openapi(title="Shop", version="1", routes=app.routes)
    return app.openapi_schema


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()

    app.openapi = schema
    return app


app = create_app()
