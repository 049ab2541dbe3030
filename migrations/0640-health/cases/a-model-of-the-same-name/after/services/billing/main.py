from fastapi import FastAPI
from pydantic import BaseModel
from vertice_api.health import HealthMonitor, create_health_router

app = FastAPI()


class HealthReport(BaseModel):
    """How the service is."""

    status: str


@app.get("/health")
def health() -> HealthReport:
    return HealthReport(status="healthy")


app.include_router(create_health_router(HealthMonitor({})), include_in_schema=False)
