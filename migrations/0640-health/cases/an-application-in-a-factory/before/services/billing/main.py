from fastapi import FastAPI


async def health() -> dict[str, str]:
    return {"status": "healthy"}


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()
    app.get("/health")(health)
    # Everything is registered now.
    return app


app = create_app()
