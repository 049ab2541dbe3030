from fastapi import APIRouter

router = APIRouter()


@router.get("/tickets")
def tickets() -> list[str]:
    return []
