from fastapi import FastAPI


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(docs_url="/api/docs", redoc_url=None)
    return app


app = create_app()
