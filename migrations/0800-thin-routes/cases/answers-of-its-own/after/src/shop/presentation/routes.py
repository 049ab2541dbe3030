from fastapi import APIRouter

from shop.application import queries

router = APIRouter()


@router.get("/half")
async def half(number: int):
    return await queries.half(number)
