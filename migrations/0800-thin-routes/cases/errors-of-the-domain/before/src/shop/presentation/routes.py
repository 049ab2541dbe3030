"""Routes."""

from fastapi import APIRouter, HTTPException, status

from shop.application.orders import find, orders

router = APIRouter()


@router.get("/orders/{number}")
async def order(number: int) -> dict:
    found = await find(number)
    if not found:
        raise HTTPException(status_code=404, detail=f"no order {number}")
    return found


@router.delete("/orders/{number}")
async def cancel(number: int):
    """Cancel an order"""
    try:
        found = await find(number)
        if not found:
            raise HTTPException(
                status_code=status.HTTP_404_NOT_FOUND,
                detail={"missing": number},
            )
        if found["sent"]:
            raise HTTPException(
                status_code=status.HTTP_409_CONFLICT,
                detail=f"order {number} was sent on its way before it was cancelled",
            )
        del orders[number]
    except HTTPException:
        raise
    except Exception as error:
        raise HTTPException(500, f"failed: {error}") from error
    return {"cancelled": number}
