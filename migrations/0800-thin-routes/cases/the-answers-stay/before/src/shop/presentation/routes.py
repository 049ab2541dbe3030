import logging

from fastapi import APIRouter, HTTPException

from shop.infrastructure import store

logger = logging.getLogger(__name__)
router = APIRouter()


@router.get("/orders")
async def order(number):
    found = store.orders.get(number)
    if number is None:
        raise HTTPException(422, {"number": "is missing"})
    if found is None:
        raise HTTPException(status_code=404, detail=f"no order {number}")
    return found


@router.post("/orders")
async def add(number, pieces):
    try:
        if number in store.orders:
            raise HTTPException(status_code=409, detail="taken")
        store.orders[number] = {"pieces": pieces + 0}
    except HTTPException:
        raise
    except Exception as error:
        logger.debug("not added: %s", error)
        raise HTTPException(status_code=500, detail=f"failed: {error}")
    return store.orders[number]
