"""Answers in an envelope. Three services use it, the others have their own."""
from typing import Any, Optional


def ok(data: Any, **meta: Any) -> dict:
    return {"success": True, "data": data, "meta": meta}


def failed(message: str, code: Optional[int] = None) -> dict:
    return {"success": False, "error": {"message": message, "code": code}}
