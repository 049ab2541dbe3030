from fastapi import APIRouter, Request

router = APIRouter(tags=["orders"])


@router.get("")
async def orders(request: Request):
    """The bakery calls them orders too."""
    from kiosk.main import forward  # circular otherwise

    return await forward("bakery", "orders", request)


@router.get("/count")
async def count():
    from .. import main

    return {"asked": main.breakers["bakery"].failures}
