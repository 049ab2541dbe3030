"""Routes."""

from fastapi import APIRouter, HTTPException

from shop.application import commands, queries

router = APIRouter()


@router.get("/orders/{number}")
async def order(number: int) -> dict:
    return await queries.order(number)


@router.delete("/orders/{number}")
async def cancel(number: int):
    """Cancel an order"""
    return await commands.cancel(number)


@router.patch("/orders/{number}")
async def change(number: int, pieces: int):
    try:
        if pieces < 1:
            raise HTTPException(status_code=403, detail="less than one")
        return {"number": 10 // number}
    except HTTPException:
        raise
    except Exception as error:
        raise HTTPException(status_code=500, detail=str(error)) from error


@router.get("/list")
async def list(pieces: int):
    pieces -= 1
    return [pieces]
