from typing import List

from fastapi import APIRouter, Depends, HTTPException

from . import models
from .storage import MemoryStore, get_store

router = APIRouter()


@router.post("", response_model=models.Parcel, status_code=201)
def announce(parcel: models.Parcel, store: MemoryStore = Depends(get_store)):
    if store.has(parcel.number):
        raise HTTPException(status_code=409, detail="already announced")
    store.put(parcel)
    return parcel


@router.get("", response_model=List[models.Parcel])
def everything(store: MemoryStore = Depends(get_store)):
    return store.all()


@router.get("/{number}", response_model=models.Parcel)
def one(number: str, store: MemoryStore = Depends(get_store)):
    return store.get(number)


@router.get("/{number}/line")
def one_line(number: str, store: MemoryStore = Depends(get_store)):
    from .main import describe  # main imports us

    return {"line": describe(store.get(number))}
