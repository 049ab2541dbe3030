from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class HealthReport(BaseModel):
    """How the service is."""

    status: str


@app.get("/health")
def health() -> HealthReport:
    return HealthReport(status="healthy")
