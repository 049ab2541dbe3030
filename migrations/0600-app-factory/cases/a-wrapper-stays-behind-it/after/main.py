from fastapi import FastAPI
from mangum import Mangum


def index():
    return 1


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()

    app.get("/")(index)
    return app


app = create_app()


handler = Mangum(app)
