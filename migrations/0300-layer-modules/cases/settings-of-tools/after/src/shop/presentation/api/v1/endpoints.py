"""Routes."""

from fastapi import APIRouter, HTTPException
from shop.domain.core.prices import price
from shop.presentation.core import models
from shop.domain.util import slug
from shop.infrastructure.database.repositories import STORE

router = APIRouter()


@router.get("/health")
def health():
    return {"status": "ok"}

@router.post("/parcels")
def create(parcel: models.Parcel):
    STORE[parcel.name] = parcel
    return {"price": price(parcel.weight), "slug": slug(parcel.name)}

@router.get("/parcels/{name}")
def get(name: str):
    if name not in STORE:
        raise HTTPException(404)
    return STORE[name]
