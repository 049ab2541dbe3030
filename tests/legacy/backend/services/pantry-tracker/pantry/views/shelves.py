from fastapi import APIRouter, HTTPException

from .. import models

router = APIRouter(tags=["shelves"])
PREFIX = "/shelves"


def as_dict(shelf, items=()):
    return {"id": shelf.id, "name": shelf.name, "limit": shelf.limit, "items": [item.name for item in items]}


@router.post("", status_code=201)
async def add_shelf(name: str, limit: int = 5):
    return as_dict(await models.Shelf.create(name=name, limit=limit))


@router.get("/{id}")
async def get_shelf(id: int):
    shelf = await models.Shelf.get_or_none(id=id)
    if shelf is None:
        raise HTTPException(404, "no such shelf")
    return as_dict(shelf, await models.Item.filter(shelf=shelf))
