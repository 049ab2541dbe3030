from fastapi import APIRouter

import store

router = APIRouter()


@router.get("/health")
def health():
    return {"status": "healthy"}


@router.post("/reset")
def reset():
    store.seats.reset()
    store.bookings.reset()
    return {"reset": True}
