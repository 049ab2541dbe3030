from fastapi import APIRouter

router = APIRouter()


@router.get("/{number}/{part}")
def invoice(number: str, part: str) -> dict[str, str]:
    return {"number": number, "part": part}
