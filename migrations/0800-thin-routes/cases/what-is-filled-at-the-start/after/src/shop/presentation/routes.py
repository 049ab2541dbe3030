from fastapi import APIRouter

from shop.application import commands
from shop.presentation import dependencies

router = APIRouter()


@router.put("/items/{name}")
async def put(name: str, value: int):
    return await commands.put(name, value, dependencies_store=dependencies.store)


@router.get("/items/{name}")
async def cached(name: str):
    dependencies.refresh()
    return dependencies.cached[name]
