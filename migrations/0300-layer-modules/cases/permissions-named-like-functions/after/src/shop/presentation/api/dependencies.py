"""What routes depend on."""

from fastapi import HTTPException

from shop.presentation.orders import GRANTED


def demand(permission: str, role: str) -> None:
    if permission not in GRANTED.get(role, []):
        raise HTTPException(403)
