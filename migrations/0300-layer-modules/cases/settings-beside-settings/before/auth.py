import os

import jwt
from fastapi import APIRouter

SECRET_KEY = os.getenv("SECRET_KEY", "for development")

router = APIRouter()


def token(name: str) -> str:
    return jwt.encode({"sub": name}, SECRET_KEY)


@router.get("/token")
def get_token(name: str) -> str:
    return token(name)


@router.get("/names")
def names() -> list[str]:
    return ["a"]
