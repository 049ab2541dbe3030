from fastapi import APIRouter, HTTPException

router = APIRouter()


@router.get("/half")
async def half(number: int):
    if number % 2:
        raise HTTPException(status_code=400, detail="odd")
    return number // 2
