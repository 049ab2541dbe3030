from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router


async def health() -> dict[str, str]:
    return {"status": "healthy"}


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()
    app.get("/health")(health)
    app.include_router(create_health_router(HealthMonitor({})))
    # Everything is registered now.
    return app


app = create_app()
