from fastapi import FastAPI


def index():
    return 1


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()

    try:
        from prometheus_fastapi_instrumentator import Instrumentator

        Instrumentator().instrument(app)
    except ImportError:
        pass

    app.get("/")(index)
    return app


app = create_app()
