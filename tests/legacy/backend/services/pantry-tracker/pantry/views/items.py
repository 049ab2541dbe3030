from datetime import date
from typing import Optional

from fastapi import APIRouter, Body, HTTPException

from ..documents import Donation
from ..jobs import run_due
from ..models import Item, Shelf

router = APIRouter(tags=["items"])


@router.post("/items", status_code=201)
async def add_item(
    name: str = Body(), shelf: int = Body(), amount: int = Body(1), giver: str = Body(""), best_before: Optional[date] = Body(None)
):
    where = await Shelf.get_or_none(id=shelf)
    if where is None:
        raise HTTPException(404, "no such shelf")
    if len(await Item.filter(shelf=where)) >= where.limit:
        raise HTTPException(409, "the shelf is full")
    item = await Item.create(name=name, shelf=where, amount=amount, best_before=best_before)
    if giver:
        await Donation(giver=giver, item=item.id).insert()
    return {"id": item.id}


@router.get("/donations")
async def donations():
    return [{"giver": one.giver, "item": one.item} for one in Donation.kept]


@router.post("/tick/{seconds}")
async def tick(seconds: int):
    return await run_due(seconds)
