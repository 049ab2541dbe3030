from fastapi import APIRouter

from shop.presentation import dependencies

router = APIRouter()


@router.put("/items/{name}")
async def put(name: str, value: int):
    store = dependencies.store
    store[name] = value
    return store


@router.get("/items/{name}")
async def cached(name: str):
    dependencies.refresh()
    return dependencies.cached[name]
