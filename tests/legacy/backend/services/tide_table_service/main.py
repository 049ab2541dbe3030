"""Tide tables for three harbours.

Saved by an editor that adds a byte order mark and Windows line ends.
"""

from datetime import datetime, \
    timedelta

from fastapi import FastAPI, HTTPException, \
    Query
import uvicorn

from tides import *
from tides import harmonics, export  # the rest
from tides.legacy_format import (  # fixed columns
    parse_line,  # one line
    # format_line is the other way round
    format_line,
)
import tides.export as exporter

app = FastAPI(title="Tide tables – Häfen")


@app.on_event("startup")
async def startup():
    exporter.FORMATS["text"] = format_line


@app.get("/health")
async def health():
    return {"status": "healthy", "harbours": len(HARBOURS)}


@app.get("/harbours")
async def harbours():
    return sorted(HARBOURS)


@app.get("/tide/{harbour}")
async def tide(harbour: str, at: datetime = Query(...)):
    if harbour not in HARBOURS:
        raise HTTPException(status_code=404, detail="kein Hafen: " + harbour)
    return {"harbour": harbour, "height": height_at(harbour, at), "unit": UNIT}


@app.get("/table/{harbour}")
async def table(harbour: str, start: datetime, hours: int = 3, format: str = "json"):
    rows = [(start + timedelta(hours=n), height_at(harbour, start + timedelta(hours=n))) \
            for n in range(hours)]
    return exporter.export(format, harbour, rows)


@app.post("/parse")
async def parse(line: str):
    return parse_line(line)


@app.get("/extremes/{harbour}")
async def extremes(harbour: str):
    low, high = harmonics.range_of(harbour)
    return {"low": low, "high": high, "class": TIDE_CLASSES[export.classify(high - low)]}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8110)
