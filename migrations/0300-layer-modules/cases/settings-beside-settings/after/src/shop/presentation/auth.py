from fastapi import APIRouter

from shop.infrastructure.adapters import token

router = APIRouter()


@router.get("/token")
def get_token(name: str) -> str:
    return token(name)


@router.get("/names")
def names() -> list[str]:
    return ["a"]
