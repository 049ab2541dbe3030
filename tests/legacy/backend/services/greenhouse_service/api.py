"""Greenhouse control over HTTP."""

import importlib
import logging
from typing import Dict, List

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse

import control
from control import GreenhouseError, water
from models import Bed, BedIn, ClimateReport
from models.plants import SPECIES, species_of
from schedule import load_schedule

logger = logging.getLogger(__name__)

app = FastAPI(
    title="Greenhouse",
    version="3.0.0",
)
app.add_middleware(
    CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
)

#: everything that grows, by bed number
beds: Dict[int, Bed] = {}
diary = []

PEST_MODULES = {"aphid": "pests.aphid", "snail": "pests.snail"}


@app.on_event("startup")
async def on_startup():
    control.power_on()
    for row in load_schedule()["beds"]:
        beds[row["number"]] = Bed(number=row["number"], species=species_of(row["species"]))


@app.on_event("shutdown")
def on_shutdown():
    control.power_off()


@app.exception_handler(GreenhouseError)
async def greenhouse_error(request: Request, exc: GreenhouseError):
    return PlainTextResponse(f"greenhouse: {exc}", status_code=503)


@app.get("/health")
def health():
    return {"status": "healthy" if control.is_powered() else "degraded", "beds": len(beds)}


@app.get("/beds", response_model=List[Bed])
def list_beds():
    return [beds[number] for number in sorted(beds)]


@app.put("/beds/{number}", response_model=Bed)
def put_bed(number: int, bed: BedIn):
    if bed.species not in SPECIES:
        raise HTTPException(status_code=400, detail=f"cannot grow {bed.species}")
    beds[number] = Bed(number=number, species=species_of(bed.species))
    return beds[number]


def note(text, when=None):
    diary.append(text)


@app.post("/beds/{number}/water")
def water_bed(number: int, tasks: BackgroundTasks, litres: float = 2.0):
    if number not in beds:
        raise HTTPException(status_code=404, detail="no such bed")
    given = water(number, litres)
    beds[number].moisture += given / 10
    tasks.add_task(note, f"bed {number}: {given} l")
    return {"bed": number, "given": given, "total": control.litres_used()}


@app.get("/climate", response_model=ClimateReport)
def climate():
    return control.report()


@app.post("/climate/regulate")
def regulate():
    return {"actions": control.regulate()}


@app.get("/pests/{name}")
def pests(name: str):
    try:
        module = importlib.import_module(PEST_MODULES[name])
    except KeyError:
        raise HTTPException(status_code=404, detail="never seen here")
    # optional: natural enemies are a late addition
    enemies = importlib.import_module("pests.enemies")
    return {"name": name, "advice": module.ADVICE, "enemy": enemies.of(name)}


@app.get("/diary")
def read_diary():
    return diary
