"""Parcels."""
from fastapi import FastAPI, HTTPException
from core.prices import price
from core import models
from util import slug

app = FastAPI(title="Parcels")
STORE = {}

@app.get("/health")
def health():
    return {"status": "ok"}

@app.post("/parcels")
def create(parcel: models.Parcel):
    STORE[parcel.name] = parcel
    return {"price": price(parcel.weight), "slug": slug(parcel.name)}

@app.get("/parcels/{name}")
def get(name: str):
    if name not in STORE:
        raise HTTPException(404)
    return STORE[name]
