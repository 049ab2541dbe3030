"""Noise Monitor Service - Main Application Entry Point.

Never started since the tracing was "added": init_tracing is called, but nobody defines it.
"""

import logging
from typing import Dict, List

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from collectors.microphones import MicrophoneArray
from levels import Level, classify, mean_level
from quiet_hours import is_quiet

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

app = FastAPI(title="Noise Monitor Service", version="1.0.0")
init_tracing(app, service_name="noise-monitor")

samples: Dict[str, List[float]] = {}
microphones = MicrophoneArray()


class Sample(BaseModel):
    street: str
    decibel: float


@app.get("/health")
async def health_check() -> Dict[str, str]:
    return {"status": "healthy", "message": "Noise Monitor Service is operational."}


@app.post("/samples")
async def add_sample(sample: Sample):
    samples.setdefault(sample.street, []).append(sample.decibel)
    level = classify(sample.decibel, quiet=is_quiet())
    if level is Level.ALARM:
        logger.warning("noise in %s", sample.street)
    return {"level": level.value}


@app.get("/streets/{street}")
async def street(street: str):
    if street not in samples:
        raise HTTPException(status_code=404, detail="nobody listens there")
    return {"street": street, "mean": mean_level(samples[street])}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8115)
