"""Weather Station Service - Main Application Entry Point.

Placeholder that was generated with the service. See api.py for the station itself.
"""

from typing import Any, Dict

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI(title="Weather Station Service", version="1.0.0")


class ObserveRequest(BaseModel):
    """Request model for an observation.

    Attributes:
        station (str): Station identifier.
        value (float): The value.
    """

    station: str
    value: float


@app.on_event("startup")
async def startup_event():
    """Performs startup tasks for the Weather Station Service."""
    print("🌦  Starting Weather Station Service...")


@app.get("/health")
async def health_check() -> Dict[str, str]:
    """Performs a health check of the Weather Station Service."""
    return {"status": "healthy", "message": "Weather Station Service is operational."}


@app.post("/observe")
async def observe(request: ObserveRequest) -> Dict[str, Any]:
    # simulated
    if request.value < -100:
        raise HTTPException(status_code=400, detail="colder than cold")
    return {"status": "accepted", "station": request.station}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)
