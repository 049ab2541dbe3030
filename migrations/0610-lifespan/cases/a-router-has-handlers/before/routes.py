from fastapi import APIRouter

router = APIRouter()


@router.on_event("startup")
async def begin():
    pass
