"""Weather Station Service - API.

The real thing: sensors, forecast, alarms. Started by compose as ``api:app``.
"""

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware

from config import get_settings
from forecaster import Forecaster
from models import *
from sensors.hub import SensorHub

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

settings = get_settings()

# Components, filled at startup
sensor_hub: Optional[SensorHub] = None
forecaster: Optional[Forecaster] = None
alarm_log: List[Dict[str, Any]] = []
samples_seen = 0
last_sample_at = None
_poll_task = None


async def poll_forever(every: float):
    """Polls the hub until cancelled."""
    global samples_seen, last_sample_at
    while True:
        for reading in sensor_hub.poll():
            samples_seen += 1
            last_sample_at = reading.taken_at
            check_alarm(reading)
        await asyncio.sleep(every)


def check_alarm(reading):
    if reading.value > settings.ALARM_ABOVE:
        alarm_log.append({"station": reading.station, "value": reading.value})
        logger.warning("alarm at %s: %s", reading.station, reading.value)


def reset_counters():
    global samples_seen, last_sample_at
    samples_seen = 0
    last_sample_at = None
    alarm_log.clear()


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Builds the components, starts polling, cleans up."""
    global sensor_hub, forecaster, _poll_task

    logger.info("Starting Weather Station Service")
    sensor_hub = SensorHub(settings.STATIONS)
    forecaster = Forecaster(window=settings.WINDOW)
    if settings.POLL_SECONDS > 0:
        _poll_task = asyncio.create_task(poll_forever(settings.POLL_SECONDS))

    yield

    if _poll_task:
        _poll_task.cancel()
        _poll_task = None
    sensor_hub = None
    logger.info("Weather Station Service stopped")


app = FastAPI(title="Weather Station", description="Readings, forecast, alarms", version="2.1.0", lifespan=lifespan)

app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"])


@app.get("/health")
async def health():
    """Health check endpoint."""
    return {
        "status": "healthy",
        "service": "weather-station",
        "components": {
            "hub": "available" if sensor_hub else "not_configured",
            "forecaster": "available" if forecaster else "not_configured",
        },
    }


@app.post("/api/v1/readings", response_model=Reading)
async def add_reading(reading: ReadingIn):
    """Takes one reading by hand."""
    global samples_seen, last_sample_at

    if not sensor_hub:
        raise HTTPException(status_code=500, detail="Sensor hub not configured")
    try:
        stored = sensor_hub.store(reading.station, reading.value)
        samples_seen += 1
        last_sample_at = stored.taken_at
        check_alarm(stored)
        return stored
    except KeyError as e:
        logger.error(f"Reading failed: {e}")
        raise HTTPException(status_code=404, detail=f"unknown station {e}")


@app.get("/api/v1/forecast/{station}", response_model=ForecastOut)
async def forecast(station: str):
    if not sensor_hub or not forecaster:
        raise HTTPException(status_code=500, detail="Forecaster not configured")
    history = sensor_hub.history(station)
    if not history:
        raise HTTPException(status_code=404, detail="no history")
    return ForecastOut(station=station, next_value=forecaster.predict(history), based_on=len(history))


@app.get("/api/v1/alarms")
async def alarms():
    return {"above": settings.ALARM_ABOVE, "alarms": alarm_log}


@app.get("/api/v1/stats")
async def stats():
    return {"samples_seen": samples_seen, "last_sample_at": last_sample_at, "uptime_known": False}


@app.delete("/api/v1/stats")
async def clear_stats():
    reset_counters()
    return {"cleared": True}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("api:app", host="0.0.0.0", port=settings.PORT, log_level="info", reload=False)
