from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

import store

router = APIRouter()


class Booking(BaseModel):
    sailing: str
    name: str
    persons: int = 1


@router.post("/", status_code=201)
def book(booking: Booking):
    try:
        store.seats.take(booking.sailing, booking.persons)
    except ValueError as e:
        raise HTTPException(status_code=409, detail=str(e))
    number = store.bookings.add(booking.sailing, booking.name, booking.persons)
    print("[BOOKING]", number, booking.name)
    return {"number": number}


@router.get("/{number}")
def show(number: int):
    found = store.bookings.get(number)
    if found is None:
        return {"error": "not found"}
    return found


@router.delete("/{number}")
def cancel(number: int):
    try:
        old = store.bookings.remove(number)
        store.seats.give_back(old["sailing"], old["persons"])
        return {"cancelled": True}
    except:
        return {"cancelled": False}
