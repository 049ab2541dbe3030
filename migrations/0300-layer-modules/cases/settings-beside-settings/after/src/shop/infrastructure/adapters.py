"""Adapters to the outside."""

import jwt

from shop.auth_config import SECRET_KEY


def token(name: str) -> str:
    return jwt.encode({"sub": name}, SECRET_KEY)
